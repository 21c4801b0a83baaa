using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Reads from the environment which of the processes that a launcher started together this one is.</summary>
internal static class LauncherRank
{
    /// <summary>
    /// mpirun's own variables come first: under it Slurm's are those of the daemon that it starts on each node. Slurm's count only in a step:
    /// the batch script of a job of four tasks has SLURM_PROCID=0 and SLURM_NTASKS=4 too, but is alone (seen on Slurm 22.05).
    /// </summary>
    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    internal static ProcessRank From(Func<string, string?> variable)
    {
        ProcessRank rank = Of("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", Number("OMPI_COMM_WORLD_LOCAL_SIZE"))
            ?? Of("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", Number("MPI_LOCALNRANKS") ?? TasksOnNode())
            ?? (variable("SLURM_STEP_ID") is null ? null : Of("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", TasksOnNode()))
            ?? ProcessRank.Single;
        return rank.Count == 1 ? rank : rank with { StartName = StartName.Of(variable) };

        ProcessRank? Of(string index, string count, string local, int? onNode) => Number(index) is { } i && Number(count) is { } n && i < n
            ? new ProcessRank(i, n, Number(local) ?? Number("SLURM_LOCALID") ?? 0, Math.Clamp(onNode ?? n, 1, n), index)
            : null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

        int? TasksOnNode() => Number("SLURM_NODEID") is { } node && variable("SLURM_STEP_TASKS_PER_NODE") is { } tasks ? TasksOf(tasks, node) : null;
    }

    /// <param name="tasks">As Slurm writes tasks of nodes, e.g. <c>4(x2),1</c>: 4, 4 and 1.</param>
    /// <param name="node">Number of the node, from 0.</param>
    /// <returns>Tasks on that node; null when <paramref name="tasks"/> is not of that form or has fewer nodes.</returns>
    internal static int? TasksOf(string tasks, int node)
    {
        foreach (string part in tasks.Split(','))
        {
            string[] halves = part.TrimEnd(')').Split("(x");
            if (!Parse(halves[0], out int count) || (halves.Length == 2 ? !Parse(halves[1], out int nodes) : (nodes = 1) != halves.Length))
            {
                return null;
            }
            if (node < nodes)
            {
                return count;
            }
            node -= nodes;
        }
        return null;

        static bool Parse(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
