using SrBatch.Storage.Files;
using SrBatch.Worker.Logging;

namespace SrBatch.Worker.Runs;

/// <summary>Where everything of a run lies; docs/run-folder.md describes the files.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>A temporary of another node's task, which cannot be asked whether it lives, counts as abandoned when nobody wrote to it for this long.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The run's name in reports.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/'));
    public string Plan => In("plan.json");
    public string Checkpoints => In("checkpoints");
    public string Model => In("model.safetensors");
    public string TrainingTable => In("training.parquet");
    public string TensorBoard => In("tensorboard");
    public string Samples => In("samples");
    public string Images => In("images");
    public string QualityParts => In("quality");
    public string QualityTable => In("quality.parquet");
    public string BaselineTable => In("baselines.parquet");

    /// <summary>The enhanced image; it is done exactly when this file exists.</summary>
    public string Image(string id) => System.IO.Path.Combine(Images, id + ".h5");

    /// <summary>Deletes what killed tasks left half written.</summary>
    public void CleanTemporaries(RunContext context)
    {
        foreach (string folder in (ReadOnlySpan<string>)[Path, Checkpoints, Samples, Images, QualityParts])
        {
            foreach (string deleted in StaleTemporaries.Clean(folder, AbandonedAfter, context.Time))
            {
                Log.Wrote(context.Log, $"deleted {deleted}, left half written by a task that died");
            }
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
