using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>What Slurm tells its tasks, all null outside a job.</summary>
public sealed record SlurmEnvironment
{
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }

    /// <summary>0 in a job's first start; Slurm leaves the variable unset then.</summary>
    public int RestartCount { get; init; }
    public int? CpusPerTask { get; init; }
    public string? NodeName { get; init; }

    public static SlurmEnvironment Read() => From(Environment.GetEnvironmentVariable);

    internal static SlurmEnvironment From(Func<string, string?> variable) => new()
    {
        JobId = variable("SLURM_JOB_ID"),
        ArrayTaskId = Number(variable("SLURM_ARRAY_TASK_ID")),
        RestartCount = Number(variable("SLURM_RESTART_COUNT")) ?? 0,
        CpusPerTask = Number(variable("SLURM_CPUS_PER_TASK")),
        NodeName = variable("SLURMD_NODENAME"),
    };

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
