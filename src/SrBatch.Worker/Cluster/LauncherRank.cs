using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Reads the rank of this process among those that a launcher started together.</summary>
internal static class LauncherRank
{
    /// <summary>
    /// The variables of mpirun come first: under mpirun, Slurm's variables describe the daemon that mpirun starts on each node. Slurm's
    /// variables count only in a step: the batch script of a job of four tasks also has SLURM_PROCID=0 and SLURM_NTASKS=4, but is a single
    /// process (seen on Slurm 22.05).
    /// </summary>
    /// <param name="variable">Looks up an environment variable; null when it is not set.</param>
    internal static ProcessRank From(Func<string, string?> variable)
    {
        int? onNode = Number("OMPI_COMM_WORLD_LOCAL_SIZE");
        ProcessRank rank = Of("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", onNode)
            ?? Of("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", Number("MPI_LOCALNRANKS") ?? TasksOnNode())
            ?? (variable("SLURM_STEP_ID") is null ? null : Of("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", TasksOnNode()))
            ?? ProcessRank.Single;
        return rank.Count == 1 ? rank : rank with { StartName = StartName.Of(variable) };

        ProcessRank? Of(string index, string count, string local, int? localCount)
        {
            return Number(index) is { } i && Number(count) is { } n && i < n
                ? new ProcessRank(i, n, Number(local) ?? Number("SLURM_LOCALID") ?? 0, Math.Clamp(localCount ?? n, 1, n), index)
                : null;
        }

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

        int? TasksOnNode() => Number("SLURM_NODEID") is { } node && variable("SLURM_STEP_TASKS_PER_NODE") is { } tasks
            ? TasksOf(tasks, node)
            : null;
    }

    /// <param name="tasks">Tasks on each node in Slurm's notation, e.g. <c>4(x2),1</c> for 4, 4 and 1.</param>
    /// <param name="node">Number of the node, from 0.</param>
    /// <returns>Tasks on that node; null when <paramref name="tasks"/> has another form or fewer nodes.</returns>
    internal static int? TasksOf(string tasks, int node)
    {
        foreach (string part in tasks.Split(','))
        {
            string[] halves = part.TrimEnd(')').Split("(x");
            int nodes = 1;
            if (halves.Length > 2 || !Parse(halves[0], out int count) || (halves.Length == 2 && !Parse(halves[1], out nodes)))
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

        static bool Parse(string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
