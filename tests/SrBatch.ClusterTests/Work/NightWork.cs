using SrBatch.Core.Errors;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests.Work;

/// <summary>
/// What the tests let Slurm do, and what comes of it when nothing disturbs: 40 small images with targets, six larger ones of 16 blocks
/// each, and a training of some seconds. Made once, when the first test asks.
/// </summary>
public sealed class NightWork : IDisposable
{
    public const int Images = 40, LargeImages = 6;

    private const string MakeImage = """
        import h5py, numpy, sys
        y, x = numpy.mgrid[:512, :256]
        with h5py.File(sys.argv[1], "w") as f:
            f["low"] = (2000 + 1000 * numpy.sin(x / 7 + y / 91) + 300 * numpy.random.default_rng(int(sys.argv[2])).random(y.shape)).astype("u2")
        """;

    private readonly TemporaryFolder _folder = new();

    private readonly Lazy<bool> _made;

    public NightWork() => _made = new(MakeAll);

    /// <summary>Manifest of a training.</summary>
    public string Training => Made("train.json");

    /// <summary>What it ends in.</summary>
    public string Model => Made("trained/model.safetensors");

    /// <summary>Manifest of the small images.</summary>
    public string Small => Made("small.json");

    /// <summary>Manifest of the larger images.</summary>
    public string Large => Made("large.json");

    /// <summary>The small images, enhanced by one process.</summary>
    public string SmallRun => Made("small");

    /// <summary>The larger images, enhanced by one process.</summary>
    public string LargeRun => Made("large");

    /// <summary>Options that make results equal bit for bit; a manifest and a run folder come beside them.</summary>
    public string[] InferOptions => Options(Model);

    public void Dispose() => _folder.Dispose();

    /// <summary>The merged scores without what depends on when and where an attempt ran.</summary>
    public static IReadOnlyList<string> Scores(string run)
    {
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        return DuckDbTable.Query($"SELECT * EXCLUDE (run, seconds, device, slurm_job_id, slurm_array_task_id, attempt, finished_at, precision) FROM '{run}/quality.parquet' ORDER BY image, t, c, z");
    }

    private static string[] Options(string model) => ["--model", model, "--device", "cpu", "--precision", "fp32"];

    private string Made(string name)
    {
        _ = _made.Value;
        return _folder.File(name);
    }

    private bool MakeAll()
    {
        string[] simulate = ["--images", "8", "--size", "48", "--scale", "2", "--structure", "mixed", "--seed", "5"];
        Srbatch.Run(["simulate", "--out", _folder.File("data"), .. simulate]).Expect(ExitCode.Done);
        string[] pairs = [.. Enumerable.Range(0, 8).Select(i => _folder.File($"data/pairs/mixed-{i:D4}.h5"))];
        string training = ManifestJson.Write(
            _folder.File("train.json"),
            pairs.Select((file, i) => ManifestJson.Pair($"pair-{i}", file, i == 4 ? "validation" : i == 6 ? "test" : "train")),
            new { steps = 40, batch = 2, patch = 32, loss = "gan", checkpointEvery = 5, logEvery = 10, validateEvery = 20 });
        Srbatch.Run("train", "--manifest", training, "--run", _folder.File("trained"), "--threads", "1").Expect(ExitCode.Done);
        for (int i = 0; i < LargeImages; i++)
        {
            ChildProcess.Python(MakeImage, _folder.File($"large-{i}.h5"), $"{i}");
        }
        string small = ManifestJson.Write(
            _folder.File("small.json"),
            Enumerable.Range(0, Images).Select(i => ManifestJson.Pair($"fov-{i:D2}", pairs[i % pairs.Length], "test")));
        string large = ManifestJson.Write(
            _folder.File("large.json"),
            Enumerable.Range(0, LargeImages).Select(i => ManifestJson.Image($"large-{i}", _folder.File($"large-{i}.h5"), "/low")),
            inference: new { tile = 64, halo = 16 });
        Serial(small, "small");
        Serial(large, "large");
        return true;
    }

    private void Serial(string manifest, string name)
    {
        string[] options = Options(_folder.File("trained/model.safetensors"));
        Srbatch.Run(["infer", "--manifest", manifest, "--run", _folder.File(name), "--threads", "1", .. options]).Expect(ExitCode.Done);
    }
}
