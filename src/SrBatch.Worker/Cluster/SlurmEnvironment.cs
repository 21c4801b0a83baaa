using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>What Slurm tells its tasks, all null outside a job.</summary>
public sealed record SlurmEnvironment
{
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }

    /// <summary>The number that people know the array by; <see cref="JobId"/> is this task's own.</summary>
    public string? ArrayJobId { get; init; }

    /// <summary>0 in a job's first start; Slurm leaves the variable unset then.</summary>
    public int RestartCount { get; init; }
    public int? CpusPerTask { get; init; }
    public string? NodeName { get; init; }

    public ProcessRank Rank { get; init; } = ProcessRank.Single;

    /// <summary>What the job may use on this node; null: all of it, or Slurm does not count memory.</summary>
    public long? MemoryBytes { get; init; }

    public static SlurmEnvironment Read() => From(Environment.GetEnvironmentVariable);

    internal static SlurmEnvironment From(Func<string, string?> variable) => new()
    {
        JobId = variable("SLURM_JOB_ID"),
        ArrayTaskId = Number(variable("SLURM_ARRAY_TASK_ID")),
        ArrayJobId = variable("SLURM_ARRAY_JOB_ID"),
        Rank = ProcessRank.From(variable),
        RestartCount = Number(variable("SLURM_RESTART_COUNT")) ?? 0,
        CpusPerTask = Number(variable("SLURM_CPUS_PER_TASK")),
        NodeName = variable("SLURMD_NODENAME"),
        MemoryBytes = Megabytes(variable("SLURM_MEM_PER_NODE")) ?? (Megabytes(variable("SLURM_MEM_PER_CPU")) * (Number(variable("SLURM_CPUS_ON_NODE")) ?? 1)),
    };

    /// <summary>0 stands for all that the node has.</summary>
    private static long? Megabytes(string? text) => Number(text) is { } megabytes and > 0 ? (long)megabytes << 20 : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
