namespace SrBatch.Worker.Runs;

/// <summary>Where everything of a run lies; docs/run-folder.md describes the files.</summary>
internal sealed class RunFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The run's name in reports.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/'));
    public string Plan => In("plan.json");
    public string Checkpoints => In("checkpoints");
    public string Model => In("model.safetensors");
    public string TrainingTable => In("training.parquet");
    public string Images => In("images");
    public string QualityParts => In("quality");
    public string QualityTable => In("quality.parquet");

    /// <summary>The enhanced image; it is done exactly when this file exists.</summary>
    public string Image(string id) => System.IO.Path.Combine(Images, id + ".h5");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
