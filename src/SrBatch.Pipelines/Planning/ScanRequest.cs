namespace SrBatch.Pipelines.Planning;

/// <summary>Which folders to search for images, and what manifest to write.</summary>
public sealed record ScanRequest
{
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Path of the manifest to write.</summary>
    public required string Out { get; init; }

    /// <summary>Glob below each folder; null: the usual HDF5 file endings.</summary>
    public string? Match { get; init; }

    /// <summary>Dataset of the inputs; <c>auto</c> chooses.</summary>
    public string Input { get; init; } = "auto";

    /// <summary>Dataset of the targets; <c>none</c>: no targets; null: a dataset with a usual name, if there is one.</summary>
    public string? Target { get; init; }

    /// <summary>Axes of the datasets that do not name theirs; null: such images are left out.</summary>
    public string? Axes { get; init; }

    /// <summary>Folders into which the files' links may lead, besides their own; as the user names them.</summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];

    /// <summary>Target pixels per input pixel, 1, 2 or 4; null: found from the shapes.</summary>
    public int? Scale { get; init; }

    /// <summary>Percent of pairs to train, validate and test on, e.g. <c>80/10/10</c>.</summary>
    public string Split { get; init; } = "80/10/10";

    /// <summary>A run folder, or a folder of run folders: only files that are new or changed since then are listed. Null: all.</summary>
    public string? Since { get; init; }
}
