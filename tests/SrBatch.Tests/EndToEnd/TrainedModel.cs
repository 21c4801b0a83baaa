using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// Simulated pairs and one run on them from end to end: six images to train on, one to validate, one to test. Made once, when the first
/// test asks.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    public const int Steps = 12;

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Verbs> _verbs;

    public TrainedModel() => _verbs = new(RunAll);

    /// <summary>Names of the images in <c>data/pairs</c>.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Enumerable.Range(0, 8).Select(i => $"mixed-{i:D4}")];

    public string Manifest => Made("tiny.json");
    public string Run => Made("run");
    public string Model => Made("run/model.safetensors");

    internal SrbatchResult Check => _verbs.Value.Check;
    internal SrbatchResult Plan => _verbs.Value.Plan;
    internal SrbatchResult Train => _verbs.Value.Train;
    internal SrbatchResult Infer => _verbs.Value.Infer;
    internal SrbatchResult Evaluate => _verbs.Value.Evaluate;
    internal SrbatchResult Report => _verbs.Value.Report;
    internal SrbatchResult Status => _verbs.Value.Status;

    public string File(string id) => Made($"data/pairs/{id}.h5");

    /// <summary>The same images with another loss.</summary>
    public string WriteManifest(string name, string loss)
    {
        _ = _verbs.Value;
        return Write(name, loss);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The path of what the run left.</summary>
    private string Made(string name)
    {
        _ = _verbs.Value;
        return _folder.File(name);
    }

    private Verbs RunAll()
    {
        string[] simulate = ["--images", "8", "--size", "48", "--scale", "2", "--structure", "mixed", "--seed", "3"];
        Srbatch.Run(["simulate", "--out", _folder.File("data"), .. simulate]).Expect(ExitCode.Done);
        string manifest = Write("tiny", "l1"), run = _folder.File("run");
        return new Verbs(
            Check: Srbatch.Run("check", "--manifest", manifest),
            Plan: Srbatch.Run("plan", "--manifest", manifest, "--run", run, "--shards", "1"),
            Train: Srbatch.Run("train", "--manifest", manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done),
            Infer: Srbatch.Run("infer", "--manifest", manifest, "--run", run, "--threads", "1"),
            Evaluate: Srbatch.Run("evaluate", "--manifest", manifest, "--run", run),
            Report: Srbatch.Run("report", "--run", run),
            Status: Srbatch.Run("status", "--run", run, "--json"));
    }

    private string Write(string name, string loss) => ManifestJson.Write(
        _folder.File($"{name}.json"),
        Ids.Select((id, i) =>
            ManifestJson.Pair(id, _folder.File($"data/pairs/{id}.h5"), i == 4 ? "validation" : i == 6 ? "test" : "train")),
        new { steps = Steps, batch = 2, patch = 32, loss, checkpointEvery = 3, logEvery = 3 });

    /// <summary>What each verb of the run left.</summary>
    private sealed record Verbs(
        SrbatchResult Check,
        SrbatchResult Plan,
        SrbatchResult Train,
        SrbatchResult Infer,
        SrbatchResult Evaluate,
        SrbatchResult Report,
        SrbatchResult Status);
}
