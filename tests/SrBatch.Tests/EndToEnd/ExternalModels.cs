using System.Globalization;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// TorchScript files and packages that PyTorch wrote, images, and what PyTorch and numpy make of them; see external_models.py. Made once,
/// when the first test asks.
/// </summary>
public sealed class ExternalModels : IDisposable
{
    /// <summary>Two versions of libtorch add in another order; a seam or another normalisation is far above. A share of the output's range.</summary>
    public const double Tolerance = 1e-4;

    private const string Compare = """
        import h5py, numpy, sys
        found, wanted = h5py.File(sys.argv[1], "r")["sr"][...].astype("f8"), numpy.load(sys.argv[2])
        assert found.shape == wanted.shape, (found.shape, wanted.shape)
        print(abs(found - wanted).max() / (wanted.max() - wanted.min()))
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _made;
    private int _runs;

    public ExternalModels() =>
        _made = new(() => ChildProcess.Run("/usr/bin/python3", SourceTree.Tests("EndToEnd", "external_models.py"), _folder.Path));

    public string File(string name)
    {
        _ = _made.Value;
        return _folder.File(name);
    }

    /// <summary>A run folder that nobody used.</summary>
    public string NewRun() => File($"run-{Interlocked.Increment(ref _runs)}");

    /// <summary>Enhances images of the folder.</summary>
    /// <param name="run">The manifest lies beside it: another call with the same arguments goes on.</param>
    /// <param name="model">Paths, parted by commas.</param>
    /// <param name="scale">The manifest's.</param>
    /// <param name="inference">The manifest's.</param>
    /// <param name="images">Names.</param>
    internal SrbatchResult Infer(string run, string model, int scale, object? inference, params string[] images)
    {
        using SrbatchProcess process = Start(run, model, scale, inference, images);
        return process.Wait();
    }

    /// <inheritdoc cref="Infer"/>
    internal SrbatchProcess Start(string run, string model, int scale, object? inference, params string[] images)
    {
        string manifest = ManifestJson.Write(
            run + ".json", images.Select(image => ManifestJson.Image(image, File(image + ".h5"), "/low", image == "stack" ? "zyx" : null)), model: new { scale }, inference: inference);
        return Srbatch.Start(["infer", "--manifest", manifest, "--run", run, "--model", model, "--device", "cpu", .. Srbatch.Exact]);
    }

    public static string Output(string run, string image) => Path.Combine(run, "images", image + ".h5");

    /// <summary>Fails unless an output is what a case must give.</summary>
    public void AssertIs(string expected, string output)
    {
        double difference = double.Parse(ChildProcess.Python(Compare, output, File(expected + ".npy")), CultureInfo.InvariantCulture);
        Assert.True(difference <= Tolerance, $"{output} differs from {expected} by {difference:G3} of its range");
    }

    public void Dispose() => _folder.Dispose();
}
