namespace SrBatch.Core.Manifests;

/// <summary>
/// The user's manifest as written: which images, which model, how to train, enhance and score. docs/manifest.md describes every key.
/// </summary>
public sealed record Manifest
{
    public string Name { get; init; } = "unnamed";
    public IReadOnlyList<ImageEntry> Images { get; init; } = [];

    /// <summary>A CSV or JSONL file with further entries, relative to the manifest's folder.</summary>
    public string? ImagesFrom { get; init; }

    /// <summary>
    /// Folders, relative to the manifest's, that external links, raw files and virtual sources of the images may point into (subfolders
    /// included). The manifest's own folder and each image's folder are always allowed.
    /// </summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];
    public ModelOptions Model { get; init; } = new();
    public TrainingOptions Training { get; init; } = new();
    public InferenceOptions Inference { get; init; } = new();
    public QualityOptions Quality { get; init; } = new();
}
