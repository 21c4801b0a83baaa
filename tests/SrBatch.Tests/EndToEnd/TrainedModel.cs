using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Simulated pairs and one run on them from end to end, made once for all tests: six images to train on, one to validate, one to test.</summary>
public sealed class TrainedModel : IDisposable
{
    public const int Steps = 12;

    private readonly TemporaryFolder _folder = new();

    public TrainedModel()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "8", "--size", "48", "--scale", "2", "--structure", "mixed", "--seed", "3").Expect(ExitCode.Done);
        Manifest = WriteManifest("tiny", "l1");
        Run = _folder.File("run");
        Check = Srbatch.Run("check", "--manifest", Manifest);
        Plan = Srbatch.Run("plan", "--manifest", Manifest, "--run", Run, "--shards", "1");
        Train = Srbatch.Run("train", "--manifest", Manifest, "--run", Run, "--threads", "1").Expect(ExitCode.Done);
        Infer = Srbatch.Run("infer", "--manifest", Manifest, "--run", Run, "--threads", "1");
        Evaluate = Srbatch.Run("evaluate", "--manifest", Manifest, "--run", Run);
        Report = Srbatch.Run("report", "--run", Run);
        Status = Srbatch.Run("status", "--run", Run, "--json");
    }

    /// <summary>Names of the images in <c>data/pairs</c>.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Enumerable.Range(0, 8).Select(i => $"mixed-{i:D4}")];

    public string Manifest { get; }
    public string Run { get; }
    public string Model => Path.Combine(Run, "model.safetensors");

    internal SrbatchResult Check { get; }
    internal SrbatchResult Plan { get; }
    internal SrbatchResult Train { get; }
    internal SrbatchResult Infer { get; }
    internal SrbatchResult Evaluate { get; }
    internal SrbatchResult Report { get; }
    internal SrbatchResult Status { get; }

    public string File(string id) => _folder.File($"data/pairs/{id}.h5");

    /// <summary>The same images with another loss.</summary>
    public string WriteManifest(string name, string loss) => ManifestJson.Write(
        _folder.File($"{name}.json"),
        Ids.Select((id, i) => ManifestJson.Pair(id, File(id), i == 4 ? "validation" : i == 6 ? "test" : "train")),
        new { steps = Steps, batch = 2, patch = 32, loss, checkpointEvery = 3, logEvery = 3 });

    public void Dispose() => _folder.Dispose();
}
