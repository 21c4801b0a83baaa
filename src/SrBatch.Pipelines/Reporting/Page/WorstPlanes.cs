using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Chooses the planes that the page shows as pictures.</summary>
internal static class WorstPlanes
{
    /// <summary>Limits the size of the page: the pictures of a plane take about 0.2 MB.</summary>
    public const int Most = 16;

    /// <summary>How many of them have no target, when there are enough with one.</summary>
    private const int WithoutTarget = 6;

    /// <summary>
    /// The worst plane of each image. First those with a target, by verdict and then by the gain in PSNR over the input; then those without
    /// a target, by verdict and then by their agreement with the input (RSP).
    /// </summary>
    public static IReadOnlyList<QualityRow> Choose(IReadOnlyList<QualityRow> rows)
    {
        IEnumerable<IGrouping<string, QualityRow>> images = rows.Where(row => row.Width is not null).GroupBy(row => row.Image);
        QualityRow[] worst = [.. images.Select(image => Ordered(image).First())];
        QualityRow[] scored = [.. Ordered(worst.Where(row => row.PsnrDb is not null))];
        QualityRow[] others = [.. Ordered(worst.Where(row => row.PsnrDb is null))];
        int places = Math.Max(Most - others.Length, Most - WithoutTarget);
        return [.. scored.Take(places).Concat(others).Take(Most)];
    }

    /// <summary>Worst first; equal ones by image.</summary>
    public static IOrderedEnumerable<QualityRow> Ordered(IEnumerable<QualityRow> rows) => rows
        .OrderByDescending(row => row.Verdict)
        .ThenBy(row => ScoreKind.GainDb(row) ?? double.MaxValue)
        .ThenBy(row => row.Rsp ?? double.MaxValue)
        .ThenBy(row => row.Image, StringComparer.Ordinal);
}
