using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>Counts the tasks of this job on this node that share memory.</summary>
internal static class NodeTasks
{
    /// <summary>
    /// The largest of what the launcher and Slurm say: a batch script may start its tasks itself. A step with its own part of the job's
    /// memory counts only its own tasks.
    /// </summary>
    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    /// <returns>At least 1.</returns>
    public static int Of(Func<string, string?> variable) => new[]
    {
        Number(variable("OMPI_COMM_WORLD_LOCAL_SIZE")),
        Number(variable("MPI_LOCALNRANKS")),
        On(variable, "SLURM_STEP_TASKS_PER_NODE"),
        IsInPart(variable) ? null : On(variable, "SLURM_TASKS_PER_NODE"),
        IsInPart(variable) ? null : Number(variable("SLURM_NTASKS_PER_NODE")),
    }.Max() is { } most and > 0 ? most : 1;

    /// <summary>
    /// Whether this is one of several steps that share a job on this node (srun --exact or --exclusive). Slurm tells each only its CPUs:
    /// its part of the job's memory is that of the CPUs.
    /// </summary>
    public static bool IsInPart(Func<string, string?> variable) => variable("SLURM_STEP_ID") is not null
        && (Number(variable("SLURM_MEM_PER_NODE")) ?? Number(variable("SLURM_MEM_PER_CPU"))) > 0
        && Number(variable("SLURM_CPUS_ON_NODE")) is > 0 and { } own
        && own < On(variable, "SLURM_JOB_CPUS_PER_NODE");

    /// <param name="name">A variable with a number for each node, such as <c>4(x2),1</c>.</param>
    /// <returns>This node's number; null when the variable does not have it.</returns>
    public static int? On(Func<string, string?> variable, string name) => variable(name) is { } text
        ? LauncherRank.TasksOf(text, Number(variable("SLURM_NODEID")) ?? 0)
        : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
