using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Storage.Weights;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>20 steps of a GAN training by one process, which those of several are held against. Made once.</summary>
public sealed class RankedTraining : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RankedTraining()
    {
        Srbatch.Run("simulate", "--out", _folder.File("data"), "--images", "8", "--size", "48", "--scale", "2", "--structure", "mixed", "--seed", "5").Expect(ExitCode.Done);
        Manifest = ManifestJson.Write(
            _folder.File("train.json"),
            Enumerable.Range(0, 8).Select(i => ManifestJson.Pair($"pair-{i}", _folder.File($"data/pairs/mixed-{i:D4}.h5"), i is 3 or 4 ? "validation" : "train")),
            new { steps = 20, batch = 8, patch = 32, loss = "gan", discriminatorStart = 0, discriminatorEvery = 1, checkpointEvery = 10, logEvery = 1, validateEvery = 10 });
        One = Run([Srbatch.Binary], "one", []);
        One.Expect(ExitCode.Done);
        Weights = WeightsOf("one");
    }

    public string Manifest { get; }

    /// <summary>What one process said.</summary>
    internal SrbatchResult One { get; }

    /// <summary>What it ended in: both networks' weights and the averaged ones, without the optimisers' moments.</summary>
    public IReadOnlyList<WeightArray> Weights { get; }

    public void Dispose() => _folder.Dispose();

    /// <param name="command">A launcher with its options, and srbatch.</param>
    /// <param name="name">Of the run folder.</param>
    /// <param name="environment">Beside ours.</param>
    /// <param name="options">Of train.</param>
    internal SrbatchResult Run(string[] command, string name, (string Name, string Value)[] environment, params string[] options)
    {
        using SrbatchProcess process = SrbatchProcess.Start(command[0], [.. command[1..], "train", "--manifest", Manifest, "--run", Folder(name), "--threads", "1", .. options], environment);
        return process.Wait();
    }

    public string Folder(string name) => _folder.File(name);

    /// <summary>Of the newest checkpoint.</summary>
    public IReadOnlyList<WeightArray> WeightsOf(string name) =>
        [.. Safetensors.Read(RunFiles.Checkpoints(Folder(name))[^1]).Arrays.Where(array => !array.Name.Contains("_adam.", StringComparison.Ordinal))];
}
