using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Sends bytes from rank 0 to the other tasks of a Slurm step, through the key-value store that srun keeps for MPI libraries. Needs no MPI.
/// </summary>
internal static class SlurmKeyValues
{
    private const string Key = "srbatch-nccl-id";

    /// <summary>Works once per process: afterwards Slurm regards the step as finished with PMI2.</summary>
    /// <param name="own">The bytes on rank 0, at most 512; null on the others.</param>
    /// <param name="rank">This task.</param>
    /// <param name="size">Number of tasks. Without srun, or under another --mpi, PMI2_Init reports a single one.</param>
    /// <param name="received">Rank 0's bytes.</param>
    /// <param name="reason">Why it failed.</param>
    public static bool TryShare(
        byte[]? own,
        int rank,
        int size,
        [NotNullWhen(true)] out byte[]? received,
        [NotNullWhen(false)] out string? reason)
    {
        received = null;
        try
        {
            int result = Pmi2.PMI2_Init(out _, out int seen, out int seenRank, out _);
            if (result != 0 || seen != size || seenRank != rank)
            {
                reason = result != 0
                    ? $"PMI2_Init failed with {result}"
                    : $"PMI2 reports rank {seenRank} of {seen}, not {rank} of {size}: the step was not started with 'srun --mpi=pmi2'";
                return false;
            }
        }
        catch (DllNotFoundException)
        {
            reason = "there is no libpmi2.so.0";
            return false;
        }
        Span<byte> job = stackalloc byte[256];
        Span<byte> value = stackalloc byte[Pmi2.MostValueBytes];
        int put = own is null ? 0 : Pmi2.PMI2_KVS_Put(Key, Convert.ToHexString(own));
        int fence = Pmi2.PMI2_KVS_Fence();
        _ = Pmi2.PMI2_Job_GetId(job, job.Length);
        int got = Pmi2.PMI2_KVS_Get(job, 0, Key, value, value.Length, out int length);
        _ = Pmi2.PMI2_Finalize();
        if ((put, fence, got) is not (0, 0, 0) || length <= 0 || length > value.Length)
        {
            reason = $"PMI2's store failed: put {put}, fence {fence}, get {got} with {length} bytes";
            return false;
        }
        received = Convert.FromHexString(Encoding.ASCII.GetString(value[..length]).TrimEnd('\0'));
        reason = null;
        return true;
    }
}
