using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>
/// Two structures trained at once by two tasks of an array that find no plan, then enhanced; a third group has an image and no model. Made once for all
/// tests of <see cref="GroupTests"/>.
/// </summary>
public sealed class GroupedRun : IDisposable
{
    /// <summary>Each has two images to train on, one to validate and one to test; sorted as array tasks count.</summary>
    public const string Filaments = "filaments", Spots = "spots / 60x", Unknown = "unknown";

    private readonly TemporaryFolder _folder = new();

    public GroupedRun()
    {
        foreach (string structure in (string[])["filaments", "spots"])
        {
            Srbatch.Run("simulate", "--out", _folder.File(structure), "--images", "4", "--size", "32", "--scale", "2", "--structure", structure, "--seed", "3").Expect(ExitCode.Done);
        }
        Manifest = ManifestJson.Write(
            _folder.File("groups.json"),
            [.. Entries("filaments", Filaments), .. Entries("spots", Spots), new { id = "unknown", group = Unknown, input = new { file = File("spots", 0), dataset = "/low" } }],
            new { steps = 6, batch = 2, patch = 32, loss = "l1", checkpointEvery = 2, logEvery = 2 },
            new { scale = 2, features = 4, licence = "CC-BY-4.0", author = "A. Nonymous" });
        Run = _folder.File("run");
        SrbatchProcess[] tasks = [.. Enumerable.Range(0, 2).Select(task => SrbatchProcess.Start(Srbatch.Binary, Train(Run, "--group-of-task"), [("SLURM_ARRAY_TASK_ID", $"{task}")]))];
        Trained = [.. tasks.Select(task => task.Wait())];
        Infer = Enhance(Run);
        Images = RunFiles.Images(Run);
    }

    public string Manifest { get; }
    public string Run { get; }

    /// <summary>Names and hashes of the outputs.</summary>
    public IReadOnlyList<string> Images { get; }
    internal IReadOnlyList<SrbatchResult> Trained { get; }
    internal SrbatchResult Infer { get; }

    /// <summary>Folder of a group's training.</summary>
    public static string Of(string run, string group) => Path.Combine(run, "groups", group == Spots ? "spots%20%2F%2060x" : group);

    public static string Model(string run, string group) => Path.Combine(Of(run, group), "model.safetensors");

    internal string[] Train(string run, params string[] more) => ["train", "--manifest", Manifest, "--run", run, "--threads", "1", .. more];

    internal SrbatchResult Enhance(string run, params string[] more) =>
        Srbatch.Run(["infer", "--manifest", Manifest, "--run", run, .. Srbatch.Exact, .. more]);

    public void Dispose() => _folder.Dispose();

    private string File(string structure, int i) => _folder.File($"{structure}/pairs/{structure}-{i:D4}.h5");

    private IEnumerable<object> Entries(string structure, string group) => Enumerable.Range(0, 4).Select(i => (object)new
    {
        id = $"{structure}-{i}",
        group,
        split = i < 2 ? "train" : i == 2 ? "validation" : "test",
        input = new { file = File(structure, i), dataset = "/low" },
        target = new { file = File(structure, i), dataset = "/high" },
    });
}
