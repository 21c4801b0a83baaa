using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>One image of the plan: what to read, what it costs, which shard does it; or why it cannot be done.</summary>
public sealed record PlannedImage
{
    public required string Id { get; init; }
    public required string Group { get; init; }
    public required Split Split { get; init; }

    /// <summary>Null only when <see cref="Problem"/> is set.</summary>
    public PlannedDataset? Input { get; init; }
    public PlannedDataset? Target { get; init; }

    /// <summary>The input's file as it was just before its header was read. Null in plans of older versions.</summary>
    public FileStamp? InputStamp { get; init; }

    /// <summary>Output pixels of all planes: what the image costs, in good proportion to its time.</summary>
    public long Cost { get; init; }

    /// <summary>Which of the plan's shards does it, 0-based. Training images are sharded among themselves.</summary>
    public int Shard { get; init; }

    /// <summary>Why the image cannot be done: unreadable, wrong shape. The others are done all the same.</summary>
    public string? Problem { get; init; }
}
