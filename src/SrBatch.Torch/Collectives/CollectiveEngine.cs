using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using TorchSharp;

namespace SrBatch.Torch.Collectives;

/// <summary>Connects the processes of a training: MPI on CPUs, NCCL on GPUs, nothing for a single process.</summary>
public static class CollectiveEngine
{
    /// <summary>Connects all processes; returns when all of them have called it.</summary>
    /// <param name="rank">
    /// The launcher's number of this process, 0 to <paramref name="size"/> - 1. From here on, <see cref="ICollective.Rank"/> of the
    /// result counts.
    /// </param>
    /// <param name="size">Number of processes that the launcher started.</param>
    /// <param name="source">Where rank and size come from, for messages.</param>
    /// <param name="device">This process's device; of the same kind on all. NCCL refuses two processes on one GPU.</param>
    /// <param name="throughFile">
    /// Shares bytes where neither MPI nor Slurm's PMI2 can: takes them on rank 0 and null on the others, and returns them on all. Null:
    /// not available.
    /// </param>
    /// <param name="wait">How long calls may wait for the others.</param>
    /// <exception cref="SrBatchException">Exit code 69: a library is missing, or does not see the other processes.</exception>
    public static ICollective Start(
        int rank,
        int size,
        string source,
        ComputeDevice device,
        Func<byte[]?, byte[]>? throughFile,
        CollectiveWait wait)
    {
        Func<string, string?> variable = Environment.GetEnvironmentVariable;
        if (size == 1)
        {
            return SingleProcess.Instance;
        }
        if (device.Torch.type != DeviceType.CUDA || NcclLibrary.Chosen(variable) == NcclLibrary.None)
        {
            return MpiCollective.Start(size, source, device.Torch.type == DeviceType.CUDA, wait);
        }
        string library = NcclLibrary.Load(variable);
        NcclIdExchange exchange = NcclIdExchange.Start(rank, size, source, variable, throughFile, wait);
        return new NcclCollective($"NCCL {NcclLibrary.Version()} from {library}, connected through {exchange.Way}", exchange, device, wait);
    }
}
