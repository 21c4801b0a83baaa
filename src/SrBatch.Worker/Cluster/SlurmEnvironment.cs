using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Reads the variables that Slurm sets for its tasks.</summary>
internal static class SlurmEnvironment
{
    public static SlurmJob Read() => From(Environment.GetEnvironmentVariable);

    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    internal static SlurmJob From(Func<string, string?> variable) => new()
    {
        JobId = variable("SLURM_JOB_ID"),
        ArrayTaskId = Number(variable("SLURM_ARRAY_TASK_ID")),
        ArrayJobId = variable("SLURM_ARRAY_JOB_ID"),
        Rank = LauncherRank.From(variable),
        RestartCount = Number(variable("SLURM_RESTART_COUNT")) ?? 0,
        CpusPerTask = Number(variable("SLURM_CPUS_PER_TASK")),
        NodeName = variable("SLURMD_NODENAME"),
        MemoryBytes = Megabytes(variable("SLURM_MEM_PER_NODE"))
            ?? (Megabytes(variable("SLURM_MEM_PER_CPU")) * (Number(variable("SLURM_CPUS_ON_NODE")) ?? 1)),
    };

    /// <summary>Converts megabytes to bytes. Slurm writes 0 for all memory of the node: null.</summary>
    private static long? Megabytes(string? text) => Number(text) is { } megabytes and > 0 ? (long)megabytes << 20 : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
