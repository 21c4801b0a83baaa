using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using TorchSharp;

namespace SrBatch.Torch.Collectives;

/// <summary>What connects the processes of a training: nothing for one, MPI for CPUs, NCCL for GPUs.</summary>
public static class CollectiveEngine
{
    /// <summary>Returns when all processes have come.</summary>
    /// <param name="rank">0 to <paramref name="size"/> - 1, as the launcher numbers the processes; <see cref="ICollective.Rank"/> of the result counts from here on.</param>
    /// <param name="size">Processes that the launcher started.</param>
    /// <param name="source">What told so, for messages.</param>
    /// <param name="device">This process's; of the same kind on all. Two processes must not share a GPU: NCCL refuses that.</param>
    /// <param name="throughFile">
    /// How bytes reach the others where neither MPI nor Slurm's PMI2 can: given them on rank 0 and null on the others, returns them. Null: there is no such way.
    /// </param>
    /// <param name="limit">Longest that a call may wait for the others.</param>
    /// <param name="report">Takes lines for the log, from any thread.</param>
    /// <param name="hurry">See <see cref="CollectiveWatch"/>.</param>
    /// <exception cref="SrBatchException">Exit code 69: a library is missing, or does not see the other processes.</exception>
    public static ICollective Start(int rank, int size, string source, ComputeDevice device, Func<byte[]?, byte[]>? throughFile, TimeSpan limit, Action<string> report, CancellationToken hurry = default)
    {
        Func<string, string?> variable = Environment.GetEnvironmentVariable;
        if (size == 1)
        {
            return SingleProcess.Instance;
        }
        if (device.Torch.type != DeviceType.CUDA || NcclLibrary.Chosen(variable) == NcclLibrary.None)
        {
            return MpiCollective.Start(size, source, limit, report, hurry);
        }
        string library = NcclLibrary.Load(variable);
        NcclIdExchange exchange = NcclIdExchange.Start(rank, size, source, variable, throughFile, limit, report, hurry);
        string name = $"NCCL {NcclLibrary.Version()} from {library}, met through {exchange.Way}";
        return new NcclCollective(name, exchange.Rank, size, exchange.Id, device, exchange.Mpi, limit, report, hurry: hurry);
    }
}
