using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What a target says of outputs that look like images: by evaluate of files that h5py wrote, at scale 1.</summary>
public sealed class TargetVerdictTests : IDisposable
{
    /// <summary>Spots, blurred and with noise; outputs of many kinds.</summary>
    private const string Make = """
        import h5py, numpy, os, sys
        folder, side = sys.argv[1], 96
        random = numpy.random.default_rng(2)
        def blur(image, sigma):
            f = numpy.fft.fftfreq(side)
            transfer = numpy.exp(-2 * (numpy.pi * sigma) ** 2 * (f[:, None] ** 2 + f[None] ** 2))
            return numpy.fft.ifft2(numpy.fft.fft2(image) * transfer).real
        high = blur((random.random((side, side)) < 0.004) * 10000.0, 1.5) + 100
        low = blur(high, 1.5) + random.normal(0, 30, high.shape)
        outputs = {"good": high + random.normal(0, 3, high.shape), "exact": high, "noise": random.normal(0, 100, high.shape), "input": low,
                   "blur": blur(low, 0.9), "inverted": -high, "constant": 0 * high + 5, "shifted": numpy.roll(high, 8, 1)}
        os.makedirs(folder + "/other")
        with h5py.File(folder + "/pair.h5", "w") as f:
            f["low"], f["high"] = low.astype("f4"), high.astype("f4")
        for name, values in outputs.items():
            with h5py.File(f"{folder}/other/{name}.h5", "w") as f:
                f["sr"] = values.astype("f4")
        """;

    private static readonly string[] Names = ["good", "exact", "noise", "input", "blur", "inverted", "constant", "shifted"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("pearson")]
    public void Evaluate_OutputsOfManyKinds_OnlyTheGoodPass_AndNoiseFails(string metric)
    {
        ChildProcess.Python(Make, _folder.Path);
        string pair = _folder.File("pair.h5"), run = _folder.File("run");
        string manifest = ManifestJson.Write(
            _folder.File("m.json"), Names.Select(name => ManifestJson.Pair(name, pair, "test")), model: new { network = "unet", scale = 1, features = 4 });
        if (metric.Length > 0)
        {
            File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"name\": \"tiny\"", $"\"name\": \"tiny\", \"quality\": {{\"metrics\": [\"{metric}\"]}}", StringComparison.Ordinal));
        }
        Srbatch.Run("evaluate", "--manifest", manifest, "--run", run, "--images", _folder.File("other")).Expect(ExitCode.Done);
        Assert.Equal(
            [
                "blur|warn|no better than a blur|False",
                "constant|fail|hardly correlates with the target|False",
                "exact|pass||",
                "good|pass||",
                "input|warn|no better than a blur|False",
                "inverted|fail|hardly correlates with the target|False",
                "noise|fail|hardly correlates with the target|True",
                "shifted|fail|hardly correlates with the target|True",
            ],
            DuckDbTable.Query($"""
                SELECT image, verdict, split_part(reasons, ':', 1), contains(reasons, 'worse than the upsampled input') FROM '{run}/evaluation-other.parquet' ORDER BY image
                """).Select(line => line.StartsWith("constant", StringComparison.Ordinal) ? line.Replace("True", "False", StringComparison.Ordinal) : line));
    }
}
