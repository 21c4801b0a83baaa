namespace SrBatch.Pipelines.Inspection;

/// <summary>Which file to describe.</summary>
public sealed record InspectRequest
{
    public required string File { get; init; }

    /// <summary>Only this dataset; null: all.</summary>
    public string? Dataset { get; init; }

    /// <summary>Whether to read all values, for minimum, maximum, mean and SHA-256.</summary>
    public bool Digest { get; init; }

    /// <summary>Folders into which the file's links may lead, besides its own.</summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];

    /// <summary>JSON instead of text.</summary>
    public bool Json { get; init; }
}
