using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Randomness;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Parquet;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// A run of a thousand small images as if it had been enhanced, whose groups and reasons are written by somebody who would like to run a script in the
/// reader's browser: 900 with a target, 4 of all with a warning, 2 failed.
/// </summary>
internal sealed class ManyImages : IDisposable
{
    public const int Count = 1000, Warned = 4, Failed = 2;
    public const string Group = "<script>alert(1)</script>", Reason = "</script><img src=x onerror=alert(2)> & \"quoted\" {{script}}";

    private const int Side = 64;

    private readonly TemporaryFolder _folder = new();

    public ManyImages()
    {
        var random = new SampleRandom(5, 0);
        string pair = _folder.File("pair.h5");
        WriteImages(pair, ("/low", 1), ("/high", 1));
        string manifest = ManifestJson.Write(_folder.File("many.json"), Enumerable.Range(0, Count).Select(i => (object)new
        {
            id = Id(i),
            group = i % 2 == 0 ? Group : "actin",
            split = i < 900 ? "test" : "infer",
            input = new { file = pair, dataset = "/low" },
            target = i < 900 ? new { file = pair, dataset = "/high" } : null,
        }), model: new { network = "unet", scale = 1, features = 4 });
        Srbatch.Run("plan", "--manifest", manifest, "--run", Run, "--shards", "3").Expect(ExitCode.Done);
        Directory.CreateDirectory(Path.Combine(Run, "images"));
        WriteImages(Output(0), ("/sr", 2));
        for (int i = 1; i < Count - Failed; i++)
        {
            File.Copy(Output(0), Output(i));
        }
        QualityParquet.Write(Path.Combine(Run, "quality", "part-0of3-20260102T030405678-node-1-99.parquet"), [.. Enumerable.Range(0, Count).Select(i => Row(i, random))]);
    }

    public string Run => _folder.File("run");
    public string Page => Path.Combine(Run, "report.html");

    public static string Id(int i) => $"fov-{i:D4}";

    public void Dispose() => _folder.Dispose();

    private string Output(int i) => Path.Combine(Run, "images", Id(i) + ".h5");

    private static QualityRow Row(int i, SampleRandom random)
    {
        bool isFailed = i >= Count - Failed, isScored = i < 900, isWarned = i is >= 100 and < 100 + Warned;
        double quality = random.NextInt(1000) / 100.0;
        return new QualityRow
        {
            Run = "run",
            Image = Id(i),
            Group = i % 2 == 0 ? Group : "actin",
            Split = isScored ? "test" : "infer",
            Width = isFailed ? null : Side,
            Height = isFailed ? null : Side,
            Scale = 1,
            PsnrDb = isScored ? 25 + quality : null,
            PsnrInputDb = isScored ? 24 : null,
            Ssim = isScored ? 0.7 + (quality / 40) : null,
            SsimInput = isScored ? 0.6 : null,
            Verdict = isFailed ? Verdict.Fail : isWarned ? Verdict.Warn : Verdict.Pass,
            Reasons = isFailed || isWarned ? Reason : null,
            Seconds = isFailed ? null : 0.25,
            Device = "cuda:0",
            Precision = "bf16",
            FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(i),
            Version = "0.1.0",
        };
    }

    private static void WriteImages(string path, params (string Dataset, int Seed)[] images)
    {
        using Hdf5File file = Hdf5File.Create(path);
        foreach ((string name, int seed) in images)
        {
            var random = new SampleRandom(6, (ulong)seed);
            using Hdf5Dataset dataset = file.CreateDataset(name, ElementType.Float32, [Side, Side], new Hdf5DatasetOptions { Chunk = [Side, Side], GzipLevel = 4 });
            dataset.Write<float>([0, 0], [Side, Side], [.. Enumerable.Range(0, Side * Side).Select(_ => (float)random.NextInt(1000))]);
            dataset.Attributes.Set("DIMENSION_LABELS", (IReadOnlyList<string>)["y", "x"]);
        }
        file.Close();
    }
}
