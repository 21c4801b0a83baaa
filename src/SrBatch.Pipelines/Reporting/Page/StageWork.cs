using SrBatch.Core.Progress;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>What the stages of enhancing spent, over all attempts that tell.</summary>
/// <param name="Attempts">Those that tell.</param>
/// <param name="AttemptsOfRun">Those that left a part; of older versions none tells.</param>
internal sealed record StageWork(int Attempts, int AttemptsOfRun, StageTotals Totals)
{
    /// <returns>Null when no attempt tells.</returns>
    public static StageWork? Of(RunFolder run)
    {
        StageTotals?[] parts = [.. QualityPart.Files(run).Where(part => QualityPart.NameOf(part).Shard != QualityPart.Evaluation).Select(QualityPart.StagesOf)];
        StageTotals[] told = [.. parts.OfType<StageTotals>()];
        return told.Length == 0 ? null : new StageWork(told.Length, parts.Length, told.Aggregate(StageTotals.None, (sum, part) => sum.Plus(part)).Rounded());
    }
}
