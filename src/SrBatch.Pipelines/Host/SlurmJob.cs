namespace SrBatch.Pipelines.Host;

/// <summary>The Slurm job that this process runs in; everything is null outside a job.</summary>
public sealed record SlurmJob
{
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }

    /// <summary>Number of the whole array, as squeue shows it; <see cref="JobId"/> is that of this task.</summary>
    public string? ArrayJobId { get; init; }

    /// <summary>0 at the job's first start, when Slurm does not set the variable.</summary>
    public int RestartCount { get; init; }
    public int? CpusPerTask { get; init; }
    public string? NodeName { get; init; }

    public ProcessRank Rank { get; init; } = ProcessRank.Single;

    /// <summary>Says which of several processes a message comes from, and from which node.</summary>
    public string Of(string message) =>
        Rank.Count == 1 ? message : $"rank {Rank.Index} of {Rank.Count} on node {NodeName ?? Environment.MachineName}: {message}";

    /// <summary>Tasks of the job on this node, at least 1. They share its memory there.</summary>
    public int TasksOnNode { get; init; } = 1;

    /// <summary>Memory that the job may use on this node; null: all of it, or Slurm does not limit memory.</summary>
    public long? MemoryBytes { get; init; }
}
