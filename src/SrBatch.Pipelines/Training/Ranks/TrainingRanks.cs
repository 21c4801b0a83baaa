using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Connects the processes that a launcher started for one training.</summary>
internal static class TrainingRanks
{
    /// <summary>Returns when all processes have come.</summary>
    /// <param name="device">Device of this process.</param>
    /// <param name="runFolder">
    /// All processes see it. If neither MPI nor PMI2 can connect them, they meet by a hidden file in it, which is deleted on return.
    /// </param>
    /// <param name="limit">Longest wait for other processes, here and in later calls.</param>
    /// <exception cref="SrBatchException">Exit code 69: a library is missing, or does not see the other processes.</exception>
    public static ICollective Start(RunContext context, ComputeDevice device, string runFolder, TimeSpan limit)
    {
        ProcessRank rank = context.Slurm.Rank;
        using HandoverFile? file = rank.StartName is { } name ? new HandoverFile(Path.Combine(runFolder, $".nccl-{name}"), limit) : null;
        return CollectiveEngine.Start(
            rank.Index, rank.Count, rank.Source, device, file is null ? null : file.Share,
            new CollectiveWait(limit, line => Log.Failed(context.Log, line), context.KillIsNear));
    }
}
