using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Work of one kind on one device of one node, and the time that it took.</summary>
/// <param name="Stage"><c>Training</c> or <c>Enhancing</c>.</param>
/// <param name="Node">Null: not recorded.</param>
/// <param name="Tasks">Attempts of tasks that left results.</param>
/// <param name="Images">Images enhanced; null for a training.</param>
/// <param name="Planes">Planes enhanced; null for a training.</param>
/// <param name="Seconds">Sum over all planes or steps.</param>
/// <param name="MedianSeconds">Per plane; for a training, the mean per step.</param>
/// <param name="MegapixelsPerSecond">Output megapixels.</param>
/// <param name="First">When the first plane was done, UTC.</param>
/// <param name="Last">When the last plane was done, UTC.</param>
internal sealed record WorkDone(
    string Stage,
    string? Node,
    string? Device,
    string? Precision,
    int Tasks,
    int? Images,
    int? Planes,
    double Seconds,
    double? MedianSeconds,
    double? MegapixelsPerSecond,
    string? First,
    string? Last)
{
    /// <summary>Sums up the quality parts of infer by node and device, including those of interrupted attempts.</summary>
    public static IEnumerable<WorkDone> Enhancing(RunFolder run, Plan plan)
    {
        HashSet<string> known = plan.Images.Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        return QualityPart.Files(run)
            .Select(part => (Name: QualityPart.NameOf(part), Rows: TimedRows(part, known)))
            .Where(part => part.Name.Shard != QualityPart.Evaluation && part.Rows.Length > 0)
            .SelectMany((part, i) => part.Rows.Select(row => (Part: i, part.Name.Node, Row: row)))
            .GroupBy(work => (work.Node, work.Row.Device, work.Row.Precision))
            .OrderBy(group => group.Key.Node, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Device, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Precision, StringComparer.Ordinal)
            .Select(group => Of(group.Key, group.Select(work => work.Part).Distinct().Count(), [.. group.Select(work => work.Row)]));
    }

    /// <param name="seconds">As in the rows of a training table: each attempt starts at 0 again.</param>
    public static WorkDone Training(string? group, IReadOnlyList<(int Step, double Seconds)> seconds)
    {
        double total = 0, before = 0;
        int attempts = 1;
        foreach ((_, double now) in seconds)
        {
            total += now >= before ? now - before : now;
            attempts += now >= before ? 0 : 1;
            before = now;
        }
        return new WorkDone(
            group is null ? "Training" : $"Training, {RunSummary.Name(group)}",
            Node: null,
            Device: null,
            Precision: null,
            attempts,
            Images: null,
            Planes: null,
            Math.Round(total, 2),
            Math.Round(total / seconds[^1].Step, 4),
            MegapixelsPerSecond: null,
            First: null,
            Last: null);
    }

    private static QualityRow[] TimedRows(string part, HashSet<string> known) =>
        [.. QualityPart.RowsOf(part).Where(row => row.Seconds is not null && known.Contains(row.Image))];

    private static WorkDone Of((string? Node, string? Device, string? Precision) place, int tasks, QualityRow[] rows)
    {
        double[] seconds = [.. rows.Select(row => row.Seconds!.Value).Order()];
        double sum = seconds.Sum(), pixels = rows.Sum(row => (double)(row.Width ?? 0) * (row.Height ?? 0));
        return new WorkDone(
            "Enhancing",
            place.Node,
            place.Device,
            place.Precision,
            tasks,
            rows.Select(row => row.Image).Distinct().Count(),
            rows.Length,
            Math.Round(sum, 2),
            Math.Round(seconds[(seconds.Length - 1) / 2], 4),
            sum > 0 ? Math.Round(pixels / 1e6 / sum, 2) : null,
            Time(rows.Min(row => row.FinishedAt)),
            Time(rows.Max(row => row.FinishedAt)));
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
