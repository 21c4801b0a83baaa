using System.Text.Json;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Baselines;
using SrBatch.Torch.Filters;

namespace SrBatch.Tests.Torch.Baselines;

/// <summary>Compares with scipy and scikit-image in double precision, on a plane of intensities from about -0.2 to 1.2.</summary>
public sealed class BaselineGoldenTests : IDisposable
{
    /// <summary>Rounding: single precision, with sums of up to 200 terms or 200 iterations.</summary>
    private const float Tolerance = 1e-5f;

    private readonly JsonDocument _golden = JsonDocument.Parse(File.ReadAllText(SourceTree.Tests("Golden", "baselines_golden.json")));
    private readonly float[] _plane;
    private readonly int _height, _width;

    public BaselineGoldenTests()
    {
        _plane = GoldenArray.Floats(_golden.RootElement.GetProperty("plane"));
        _height = _golden.RootElement.GetProperty("height").GetInt32();
        _width = _golden.RootElement.GetProperty("width").GetInt32();
    }

    private double NoiseSigma => _golden.RootElement.GetProperty("noiseSigma").GetDouble();

    public void Dispose() => _golden.Dispose();

    [Fact]
    public void NoiseEstimate_EqualsScikitImage() =>
        Assert.Equal(NoiseSigma, NoiseEstimate.Sigma(_plane, _height, _width), 1e-6);

    [Fact]
    public void GaussianFilter_EqualsScipy() => Compare("gaussian", example =>
        new GaussianFilter(Number(example, "sigma")).Apply(_plane, _height, _width));

    [Fact]
    public void RichardsonLucy_EqualsScikitImage_OnAMirroredPlane() => Compare("richardsonLucy", example =>
        RichardsonLucy.Deconvolve(_plane, _height, _width, Number(example, "sigma"), example.GetProperty("iterations").GetInt32()));

    [Fact]
    public void TotalVariation_EqualsScikitImage() => Compare("totalVariation", example =>
        TotalVariation.Denoise(_plane, _height, _width, Number(example, "weight")));

    [Fact]
    public void NonLocalMeans_EqualsItsDefinition() => Compare("nonLocalMeans", example =>
        NonLocalMeans.Denoise(_plane, _height, _width, Number(example, "h"), NoiseSigma));

    /// <summary>
    /// scikit-image approximates the exponential: its result is up to 0.0024 away from the definition, as the golden script prints.
    /// </summary>
    [Fact]
    public void NonLocalMeans_IsNearScikitImage() => Compare(
        "nonLocalMeans",
        example => NonLocalMeans.Denoise(_plane, _height, _width, Number(example, "h"), NoiseSigma),
        "scikitImage",
        3e-3f);

    private static double Number(JsonElement example, string name) => example.GetProperty(name).GetDouble();

    private void Compare(string method, Func<JsonElement, float[]> run, string expected = "expected", float tolerance = Tolerance)
    {
        List<string> wrong = [];
        foreach (JsonElement example in _golden.RootElement.GetProperty(method).EnumerateArray())
        {
            float[] wanted = GoldenArray.Floats(example.GetProperty(expected));
            float farthest = run(example).Zip(wanted, (ours, theirs) => Math.Abs(ours - theirs)).Max();
            if (!(farthest <= tolerance))
            {
                wrong.Add($"{method}, {example.EnumerateObject().First()}: {farthest} away");
            }
        }
        Assert.Empty(wrong);
    }
}
