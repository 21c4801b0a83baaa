namespace SrBatch.Core.Progress;

/// <summary>What one attempt of a task did so far, as its file in <c>tasks/</c> tells everybody who looks at the run.</summary>
public sealed record TaskRecord
{
    /// <summary><c>train</c>, <c>infer</c> or <c>evaluate</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>The process; its work is the shard <c>I/N</c>, or the group of a training.</summary>
    public required Claimant Holder { get; init; }

    /// <summary>Rank in a training of several processes.</summary>
    public int Rank { get; init; }

    /// <summary>UTC, by the node's clock.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Null while it works, and if it was killed.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Images done and failed in this attempt, and images of its shard that are left; 0 for a training.</summary>
    public int Done { get; init; }
    public int Failed { get; init; }
    public int Left { get; init; }

    /// <summary>What <see cref="UnitsDone"/> counts: <c>steps</c>, <c>Mpixel</c> or <c>images</c>; null before the work began.</summary>
    public string? Unit { get; init; }

    /// <summary>Units done, including those of earlier attempts.</summary>
    public double UnitsDone { get; init; }
    public double UnitsTotal { get; init; }

    /// <summary>In this attempt; null before the first unit.</summary>
    public double? UnitsPerSecond { get; init; }

    public required TaskUsage Usage { get; init; }

    /// <summary>Memory of the process, bytes.</summary>
    public long MemoryBytes { get; init; }
    public required string Version { get; init; }

    /// <summary>Images per second in this attempt; null before the first one.</summary>
    public double? ImagesPerSecond => Done + Failed > 0 && Usage.Seconds > 0 ? (Done + Failed) / Usage.Seconds : null;
}
