using SrBatch.Pipelines.Host;
using SrBatch.Torch.Collectives;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Where a training runs.</summary>
/// <param name="Ranks">The processes that train together.</param>
/// <param name="Memory">What this process may use.</param>
internal sealed record TrainingHost(ICollective Ranks, MemoryBudget Memory, RunContext Context)
{
    /// <summary>Null for a single process.</summary>
    public RankNames? Names { get; init; }

    /// <summary>Whether this is rank 0, which alone writes files.</summary>
    public bool IsFirst => Ranks.Rank == 0;
}
