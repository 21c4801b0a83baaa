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
        TasksOnNode = NodeTasks.Of(variable),
        MemoryBytes = JobMemory(variable),
    };

    /// <summary>Memory of the job on this node; of a step that has only some of the job's CPUs, a part of it.</summary>
    private static long? JobMemory(Func<string, string?> variable)
    {
        int? cpus = Number(variable("SLURM_CPUS_ON_NODE"));
        if (Megabytes(variable("SLURM_MEM_PER_NODE")) is not { } node)
        {
            int each = Number(variable("SLURM_CPUS_PER_TASK")) ?? 1;
            return (Megabytes(variable("SLURM_MEM_PER_CPU")) * (cpus ?? (each * NodeTasks.Of(variable))))
                ?? (Megabytes(variable("SLURM_MEM_PER_GPU")) * Number(variable("SLURM_GPUS_ON_NODE")));
        }
        return NodeTasks.IsInPart(variable) ? node * cpus / NodeTasks.On(variable, "SLURM_JOB_CPUS_PER_NODE") : node;
    }

    /// <summary>Converts megabytes to bytes. Slurm writes 0 for all memory of the node: null.</summary>
    private static long? Megabytes(string? text) => Number(text) is { } megabytes and > 0 ? (long)megabytes << 20 : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
