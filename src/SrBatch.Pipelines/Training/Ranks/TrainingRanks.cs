using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Connects the processes that a launcher started for one training.</summary>
internal static class TrainingRanks
{
    /// <summary>Begin of the names of the folders in which ranks note that they wait; slurm/train.sbatch looks for them.</summary>
    private const string Waiting = ".waiting-";

    /// <summary>Returns when all processes have come.</summary>
    /// <param name="device">Device of this process.</param>
    /// <param name="runFolder">
    /// All processes see it. If neither MPI nor PMI2 can connect them, they meet by a hidden file in it, which is deleted on return.
    /// </param>
    /// <param name="limit">Longest wait for other processes, here and in later calls.</param>
    /// <exception cref="SrBatchException">Exit code 69: a library is missing, or does not see the other processes.</exception>
    public static (ICollective Ranks, RankNames Names) Start(RunContext context, ComputeDevice device, string runFolder, TimeSpan limit)
    {
        ProcessRank rank = context.Slurm.Rank;
        string start = rank.StartName ?? "start";
        var notes = new WaitingNotes(Path.Combine(runFolder, Waiting + start));
        RankNames? names = null;
        if (rank.Index == 0)
        {
            WaitingNotes.Clean(runFolder, Waiting + "*");
        }
        using HandoverFile? file = rank.StartName is { } name ? new HandoverFile(Path.Combine(runFolder, $".nccl-{name}"), limit) : null;
        var wait = new CollectiveWait(limit, line => Log.Failed(context.Log, line), context.KillIsNear)
        {
            Node = context.Slurm.NodeName ?? Environment.MachineName,
            Notes = new RankNotes(() => notes.Waits(rank.Index), () => notes.GoesOn(rank.Index), Missing),
        };
        ICollective ranks = CollectiveEngine.Start(
            rank.Index, rank.Count, rank.Source, device, file is null ? null : file.Share, wait);
        names = RankNames.Exchange(ranks, context);
        return (ranks, names);

        string? Missing()
        {
            IReadOnlySet<int> waiting = notes.Waiting();
            int[] missing = [.. Enumerable.Range(0, rank.Count).Where(other => other != rank.Index && !waiting.Contains(other))];
            return names is null || missing.Length == 0 ? null : names.Of(missing);
        }
    }
}
