using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>One image of the plan: what to read, its cost and its shard; or why it cannot be processed.</summary>
public sealed record PlannedImage
{
    public required string Id { get; init; }
    public required string Group { get; init; }
    public required Split Split { get; init; }

    /// <summary>Null only when <see cref="Problem"/> is set.</summary>
    public PlannedDataset? Input { get; init; }
    public PlannedDataset? Target { get; init; }

    /// <summary>Stamp of the input's file just before its header was read. Null in plans of older versions.</summary>
    public FileStamp? InputStamp { get; init; }

    /// <summary>The same of the target's file, if it is another.</summary>
    public FileStamp? TargetStamp { get; init; }

    /// <summary>Output pixels of all planes; roughly proportional to the time the image takes.</summary>
    public long Cost { get; init; }

    /// <summary>The shard that processes the image, 0-based. Training images are distributed separately from the others.</summary>
    public int Shard { get; init; }

    /// <summary>Why the image cannot be processed: unreadable, wrong shape. The other images are still processed.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The image as it was in the plan at first; null if it is unchanged. Set when the header was read again and differed. Trainings that
    /// may have begun before then keep to it.
    /// </summary>
    public PlannedImage? Replaces { get; init; }
}
