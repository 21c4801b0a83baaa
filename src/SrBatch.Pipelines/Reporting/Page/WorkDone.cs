using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>What one kind of work took on one device of one node.</summary>
/// <param name="Stage">Training or enhancing.</param>
/// <param name="Node">Null: nobody wrote it down.</param>
/// <param name="Tasks">Attempts of tasks that left something.</param>
/// <param name="Images">Trained or enhanced; of a training null.</param>
/// <param name="Planes">Likewise.</param>
/// <param name="Seconds">Sum over all of it.</param>
/// <param name="MedianSeconds">Of a plane; of a training, of a step.</param>
/// <param name="MegapixelsPerSecond">Output pixels.</param>
/// <param name="First">When its first plane was done, UTC.</param>
internal sealed record WorkDone(
    string Stage, string? Node, string? Device, string? Precision, int Tasks, int? Images, int? Planes, double Seconds, double? MedianSeconds, double? MegapixelsPerSecond,
    string? First, string? Last)
{
    /// <summary>By node and device, from the parts that infer left: those of attempts that were interrupted too.</summary>
    public static IEnumerable<WorkDone> Enhancing(RunFolder run, Plan plan)
    {
        HashSet<string> known = plan.Images.Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        return QualityPart.Files(run)
            .Select(part => (Name: QualityPart.NameOf(part), Rows: QualityParquet.Read(part).Where(row => row.Seconds is not null && known.Contains(row.Image)).ToArray()))
            .Where(part => part.Name.Shard != QualityPart.Evaluation && part.Rows.Length > 0)
            .SelectMany((part, i) => part.Rows.Select(row => (Part: i, part.Name.Node, Row: row)))
            .GroupBy(work => (work.Node, work.Row.Device, work.Row.Precision))
            .OrderBy(group => group.Key.Node, StringComparer.Ordinal).ThenBy(group => group.Key.Device, StringComparer.Ordinal).ThenBy(group => group.Key.Precision, StringComparer.Ordinal)
            .Select(group => Of(group.Key.Node, group.Key.Device, group.Key.Precision, group.Select(work => work.Part).Distinct().Count(), [.. group.Select(work => work.Row)]));
    }

    /// <param name="seconds">As the rows of a training table have them: from 0 again with each attempt.</param>
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
        return new WorkDone(group is null ? "Training" : $"Training, {RunSummary.Name(group)}", null, null, null, attempts, null, null, Math.Round(total, 2), Math.Round(total / seconds[^1].Step, 4), null, null, null);
    }

    private static WorkDone Of(string? node, string? device, string? precision, int tasks, QualityRow[] rows)
    {
        double[] seconds = [.. rows.Select(row => row.Seconds!.Value).Order()];
        double sum = seconds.Sum(), pixels = rows.Sum(row => (double)(row.Width ?? 0) * (row.Height ?? 0));
        return new WorkDone("Enhancing", node, device, precision, tasks, rows.Select(row => row.Image).Distinct().Count(), rows.Length, Math.Round(sum, 2), Math.Round(seconds[(seconds.Length - 1) / 2], 4),
            sum > 0 ? Math.Round(pixels / 1e6 / sum, 2) : null, Time(rows.Min(row => row.FinishedAt)), Time(rows.Max(row => row.FinishedAt)));
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
