using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SrBatch.Torch.Collectives;

/// <summary>Hands bytes from rank 0 to the other tasks of a step of Slurm through the store that srun keeps for MPI libraries; no MPI is needed.</summary>
internal static class SlurmKeyValues
{
    private const string Key = "srbatch-nccl-id";

    /// <summary>Once a process: Slurm takes the step for finished with it afterwards.</summary>
    /// <param name="own">Rank 0's; at most 512. The others give null.</param>
    /// <param name="size">Tasks; PMI2_Init without srun, or under another --mpi, tells of one only.</param>
    /// <param name="received">What rank 0 gave.</param>
    /// <param name="reason">Why there is nothing.</param>
    public static bool TryShare(byte[]? own, int rank, int size, [NotNullWhen(true)] out byte[]? received, [NotNullWhen(false)] out string? reason)
    {
        received = null;
        try
        {
            int result = Pmi2.PMI2_Init(out _, out int seen, out int seenRank, out _);
            if (result != 0 || seen != size || seenRank != rank)
            {
                reason = result != 0 ? $"PMI2_Init failed with {result}" : $"PMI2 tells of rank {seenRank} of {seen}, not {rank} of {size}: the step was not started with 'srun --mpi=pmi2'";
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
