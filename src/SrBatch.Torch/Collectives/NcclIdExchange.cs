using SrBatch.Core.Errors;
using SrBatch.Torch.Native;

namespace SrBatch.Torch.Collectives;

/// <summary>Brings rank 0's id to all ranks: through MPI, where one serves this launcher; through Slurm's PMI2; or through a file that all see.</summary>
/// <param name="Id">The same on all ranks.</param>
/// <param name="Rank">This process; MPI's number, where MPI served.</param>
/// <param name="Mpi">Started, where it served: the caller's to dispose. It can end all ranks.</param>
/// <param name="Way">For the log.</param>
internal sealed record NcclIdExchange(NcclId Id, int Rank, MpiCollective? Mpi, string Way)
{
    /// <param name="rank">As the launcher numbers the processes.</param>
    /// <param name="size">Processes, more than one.</param>
    /// <param name="source">What told of them, for messages.</param>
    /// <param name="variable">The environment.</param>
    /// <param name="throughFile">Given the id on rank 0 and null on the others, returns it; null: there is no such way.</param>
    /// <param name="limit">Longest that a call may wait for the others.</param>
    /// <param name="report">Takes a line for the log when one does.</param>
    /// <param name="hurry">See <see cref="CollectiveWatch"/>.</param>
    /// <exception cref="SrBatchException">Exit code 69: no way led to the others.</exception>
    public static NcclIdExchange Start(int rank, int size, string source, Func<string, string?> variable, Func<byte[]?, byte[]>? throughFile, TimeSpan limit, Action<string> report, CancellationToken hurry = default)
    {
        var tried = new List<string>();
        if (!MpiLibrary.MayStart(variable))
        {
            tried.Add("no MPI library here belongs to this launcher");
        }
        else if (TryMpi(size, source, limit, report, tried, hurry) is { } mpi)
        {
            byte[] shared = mpi.Rank == 0 ? NcclId.New().ToArray() : new byte[NcclId.Length];
            mpi.Broadcast(shared);
            return new NcclIdExchange(NcclId.Of(shared), mpi.Rank, mpi, "MPI");
        }

        byte[]? own = rank == 0 ? NcclId.New().ToArray() : null;
        if (variable("SLURM_STEP_ID") is null)
        {
            tried.Add("this is no step of Slurm");
        }
        else
        {
            using var watch = new CollectiveWatch(limit, (call, waited) =>
            {
                report($"rank {rank} of {size} has waited {waited.TotalSeconds:F0} s in {call}: another rank hangs or is gone. Its log may tell why.");
                ProcessEnd.Now((int)ExitCode.Stopped);
            }, hurry);
            using CollectiveWatch.Waiting waiting = watch.Begin(nameof(Pmi2.PMI2_KVS_Fence));
            if (SlurmKeyValues.TryShare(own, rank, size, out byte[]? received, out string? reason))
            {
                return new NcclIdExchange(NcclId.Of(received), rank, null, "PMI2");
            }
            tried.Add(reason);
        }

        return throughFile is not null
            ? new NcclIdExchange(NcclId.Of(throughFile(own)), rank, null, "a file")
            : throw new SrBatchException(ExitCode.Unavailable, $"{source} tells of {size} processes, but they cannot find each other: {string.Join("; ", tried)}; and nothing names this start of theirs, so that a file would not be told from an earlier one's. Start them with srun.");
    }

    private static MpiCollective? TryMpi(int size, string source, TimeSpan limit, Action<string> report, List<string> tried, CancellationToken hurry)
    {
        try
        {
            return MpiCollective.Start(size, source, limit, report, hurry);
        }
        catch (SrBatchException fault)
        {
            tried.Add(fault.Message);
            return null;
        }
    }
}
