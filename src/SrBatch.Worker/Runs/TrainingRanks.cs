using SrBatch.Torch.Collectives;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>Brings the processes of a training together.</summary>
internal static class TrainingRanks
{
    public static ICollective Start(TrainVerb options, RunContext context)
    {
        ProcessRank rank = context.Slurm.Rank;
        return MpiCollective.Start(rank.Count, rank.Source, TimeSpan.FromSeconds(options.RankTimeout), message => Log.Failed(context.Log, message), context.Hurry);
    }
}
