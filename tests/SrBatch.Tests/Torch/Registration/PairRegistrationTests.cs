using SrBatch.Torch.Registration;
using SrBatch.Torch.Simulation;

namespace SrBatch.Tests.Torch.Registration;

public class PairRegistrationTests(ITestOutputHelper output)
{
    /// <summary>Largest allowed median error, target pixels.</summary>
    private const double MostMedianPx = 0.2;

    [Theory]
    [InlineData("filaments", "low-high-na", 128, 2, "23.4 -31.7 0 1 0 same")] // tens of pixels
    [InlineData("spots", "tirf-sim", 224, 1, "5.3 -8.2 2.7 1.03 0 same")] // turned and stretched
    [InlineData("filaments", "low-high-na", 192, 2, "3.1 4.7 0.6 1 6 same")] // bent, turned and shifted
    [InlineData("membranes", "tirf-sim", 256, 1, "-2.5 6.1 -0.4 0.99 6 same")]
    [InlineData("membranes", "low-high-na", 160, 2, "3.1 4.7 0.6 1 5 inverted")] // another contrast
    [InlineData("filaments", "low-high-na", 160, 2, "3.1 4.7 0.6 1 5 gamma")]
    public void Register_KnownWarp_IsFoundToAFifthOfAPixel(string structure, string pair, int size, int scale, string warp)
    {
        var warped = new WarpedPair(Options(structure, pair, size, scale, 21), warp);
        PairAlignment found = PairRegistration.Register([warped.Planes], warped.Geometry, CancellationToken.None);
        double[] errors = warped.Errors(found.Map);
        output.WriteLine(FormattableString.Invariant(
            $"median {errors[errors.Length / 2]:F3}, 90 % {errors[errors.Length * 9 / 10]:F3}, most {errors[^1]:F2}; {Figures(found)}"));
        Assert.InRange(errors[errors.Length / 2], 0, MostMedianPx);
        Assert.Equal(warp.EndsWith("inverted", StringComparison.Ordinal), found.IsInverted);
        Assert.True(found.CorrelationAfter > found.CorrelationBefore);
        Assert.Null(PairVerdict.Refusal(found, 1));
    }

    [Theory]
    [InlineData("filaments", "low-high-na", 2)]
    [InlineData("spots", "low-high-na", 2)]
    [InlineData("membranes", "tirf-sim", 1)]
    public void Register_UnrelatedImages_AreRefused_RelatedOnesAreNot(string structure, string pair, int scale)
    {
        SimulationOptions options = Options(structure, pair, 192 / scale, scale, 5) with { Images = 2 };
        SimulatedPair[] pairs = [.. Enumerable.Range(0, 2).Select(image => PairSimulator.Simulate(options, image))];
        for (int i = 0; i < pairs.Length; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                string? refusal = Refusal(pairs[i], pairs[(i + j) % pairs.Length], scale);
                output.WriteLine($"{i} with {(i + j) % pairs.Length}: {refusal ?? "taken"}");
                Assert.Equal(j == 0, refusal is null);
            }
        }
    }

    [Fact]
    public void Register_ConstantImages_AreRefused()
    {
        var geometry = new PairGeometry(64, 64, 64, 64, 1);
        var dark = new ImagePair(new float[4096], new float[4096]);
        PairAlignment found = PairRegistration.Register([dark], geometry, CancellationToken.None);
        Assert.NotNull(PairVerdict.Refusal(found, 1));
    }

    [Fact]
    public void Register_TwiceTheSame_GivesTheSameMap()
    {
        var warped = new WarpedPair(Options("spots", "low-high-na", 64, 2, 3), "1.5 2.5 0 1 2 same");
        Assert.Equal(Errors(), Errors());

        double[] Errors() =>
            warped.Errors(PairRegistration.Register([warped.Planes], warped.Geometry, CancellationToken.None).Map);
    }

    private static string Figures(PairAlignment found) => FormattableString.Invariant(
        $"peak {found.CoarsePeak:F1} {found.Feature}, usable {found.UsableShare:F2}, residual {found.ResidualPx:F3}, ")
        + FormattableString.Invariant($"correlation {found.CorrelationBefore:F3} to {found.CorrelationAfter:F3}");

    private string? Refusal(SimulatedPair input, SimulatedPair target, int scale)
    {
        var geometry = new PairGeometry(input.LowHeight, input.LowWidth, target.HighHeight, target.HighWidth, scale);
        var planes = new ImagePair(
            Array.ConvertAll(input.Low, value => (float)value), Array.ConvertAll(target.High, value => (float)value));
        PairAlignment found = PairRegistration.Register([planes], geometry, CancellationToken.None);
        output.WriteLine(Figures(found));
        FieldRectangle field = CommonField.Of([found.Map], geometry);
        return PairVerdict.Refusal(found, field.Area / ((double)geometry.Height * geometry.Width));
    }

    private static SimulationOptions Options(string structure, string pair, int size, int scale, ulong seed) =>
        new() { Structure = structure, Pair = pair, SizePx = size, Scale = scale, Seed = seed };
}
