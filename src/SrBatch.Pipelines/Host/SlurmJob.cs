namespace SrBatch.Pipelines.Host;

/// <summary>The Slurm job that this process runs in; everything is null outside a job.</summary>
public sealed record SlurmJob
{
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }

    /// <summary>The number by which people know the array; <see cref="JobId"/> is this task's own.</summary>
    public string? ArrayJobId { get; init; }

    /// <summary>0 in a job's first start; Slurm does not set the variable then.</summary>
    public int RestartCount { get; init; }
    public int? CpusPerTask { get; init; }
    public string? NodeName { get; init; }

    public ProcessRank Rank { get; init; } = ProcessRank.Single;

    /// <summary>Memory that the job may use on this node; null: all of it, or Slurm does not count memory.</summary>
    public long? MemoryBytes { get; init; }
}
