using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>Which of the processes that a launcher started together this one is.</summary>
/// <param name="Index">0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">Processes; 1 without a launcher.</param>
/// <param name="Local">Number among those on this node, from 0.</param>
/// <param name="Source">What told so, for messages.</param>
public sealed record ProcessRank(int Index, int Count, int Local, string Source)
{
    public static ProcessRank Single { get; } = new(0, 1, 0, "no launcher");

    /// <summary>
    /// mpirun's own variables come first: under it Slurm's are those of the daemon that it starts on each node. Slurm's count only in a step: the batch script of
    /// a job of four tasks has SLURM_PROCID=0 and SLURM_NTASKS=4 too, but is alone (seen on Slurm 22.05).
    /// </summary>
    internal static ProcessRank From(Func<string, string?> variable)
    {
        return Of("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK")
            ?? Of("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID")
            ?? (variable("SLURM_STEP_ID") is null ? null : Of("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"))
            ?? Single;

        ProcessRank? Of(string index, string count, string local) =>
            Number(index) is { } i && Number(count) is { } n && i < n ? new ProcessRank(i, n, Number(local) ?? Number("SLURM_LOCALID") ?? 0, index) : null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
