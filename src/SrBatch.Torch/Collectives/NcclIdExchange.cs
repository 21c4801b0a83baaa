using SrBatch.Core.Errors;
using SrBatch.Torch.Native;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Brings rank 0's id to all ranks: through MPI, where a library works with this launcher; through Slurm's PMI2; or through a file that
/// all ranks see.
/// </summary>
/// <param name="Id">The same on all ranks.</param>
/// <param name="Rank">This process; MPI's number when MPI was used.</param>
/// <param name="Size">Number of ranks.</param>
/// <param name="Mpi">MPI when it was used: it can end all ranks. The caller disposes it.</param>
/// <param name="Way">How the id was shared, for the log.</param>
internal sealed record NcclIdExchange(NcclId Id, int Rank, int Size, MpiCollective? Mpi, string Way)
{
    /// <param name="rank">The launcher's number of this process.</param>
    /// <param name="size">Number of processes, more than one.</param>
    /// <param name="source">Where these numbers come from, for messages.</param>
    /// <param name="variable">Reads environment variables.</param>
    /// <param name="throughFile">Takes the id on rank 0 and null on the others, and returns it on all; null: not available.</param>
    /// <param name="wait">How long calls may wait for the others.</param>
    /// <exception cref="SrBatchException">Exit code 69: no way worked.</exception>
    public static NcclIdExchange Start(
        int rank,
        int size,
        string source,
        Func<string, string?> variable,
        Func<byte[]?, byte[]>? throughFile,
        CollectiveWait wait)
    {
        var tried = new List<string>();
        if (!MpiLibrary.MayStart(variable))
        {
            tried.Add("no MPI library here belongs to this launcher");
        }
        else if (TryMpi(size, source, wait, tried) is { } mpi)
        {
            byte[] shared = mpi.Rank == 0 ? NcclId.New().ToArray() : new byte[NcclId.Length];
            mpi.Broadcast(shared);
            return new NcclIdExchange(NcclId.Of(shared), mpi.Rank, size, mpi, "MPI");
        }

        byte[]? own = rank == 0 ? NcclId.New().ToArray() : null;
        if (variable("SLURM_STEP_ID") is null)
        {
            tried.Add("this is not a step of a Slurm job");
        }
        else
        {
            using CollectiveWatch watch = wait.Watch(rank, size, message =>
            {
                wait.ReportSoon(message);
                ProcessEnd.Now((int)ExitCode.Stopped);
            });
            using CollectiveWatch.Waiting waiting = watch.Begin(nameof(Pmi2.PMI2_KVS_Fence));
            if (SlurmKeyValues.TryShare(own, rank, size, out byte[]? received, out string? reason))
            {
                return new NcclIdExchange(NcclId.Of(received), rank, size, null, "PMI2");
            }
            tried.Add(reason);
        }

        return throughFile is not null
            ? new NcclIdExchange(NcclId.Of(throughFile(own)), rank, size, null, "a file")
            : throw new SrBatchException(
                ExitCode.Unavailable,
                $"{source} reports {size} processes, but they cannot find each other: {string.Join("; ", tried)}; "
                    + "and a file would not do, as nothing tells this start from an earlier one. Start them with srun.");
    }

    private static MpiCollective? TryMpi(int size, string source, CollectiveWait wait, List<string> tried)
    {
        try
        {
            return MpiCollective.Start(size, source, hasGpu: true, wait);
        }
        catch (SrBatchException fault) when (!MpiCollective.IsMixed(fault))
        {
            tried.Add(fault.Message);
            return null;
        }
    }
}
