using SrBatch.Core.Progress;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Time spent in the stages of enhancing, summed over all attempts that recorded it.</summary>
/// <param name="Attempts">Attempts that recorded it.</param>
/// <param name="AttemptsOfRun">Attempts that left a quality part; those of older versions did not record times.</param>
internal sealed record StageWork(int Attempts, int AttemptsOfRun, StageTotals Totals)
{
    /// <returns>Null when no attempt recorded times.</returns>
    public static StageWork? Of(RunFolder run)
    {
        IEnumerable<string> files = QualityPart.Files(run).Where(part => QualityPart.NameOf(part).Shard != QualityPart.Evaluation);
        StageTotals?[] parts = [.. files.Select(QualityPart.StagesOf)];
        StageTotals[] known = [.. parts.OfType<StageTotals>()];
        StageTotals sum = known.Aggregate(StageTotals.None, (total, part) => total.Plus(part));
        return known.Length == 0 ? null : new StageWork(known.Length, parts.Length, sum.Rounded());
    }
}
