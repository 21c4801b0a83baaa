using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Which planes are shown as pictures.</summary>
internal static class WorstPlanes
{
    /// <summary>Bounds the page's size: a plane takes about 0.2 MB of it.</summary>
    public const int Most = 16;

    /// <summary>Of these, without a target, when there are enough with one.</summary>
    private const int WithoutTarget = 6;

    /// <summary>
    /// The worst plane of each image, worst first: by verdict, then by the gain in PSNR over the input; after them those without a target, by verdict, then by
    /// how well they agree with their input (RSP). Equal ones by image.
    /// </summary>
    public static IReadOnlyList<QualityRow> Choose(IReadOnlyList<QualityRow> rows)
    {
        QualityRow[] worst = [.. rows.Where(row => row.Width is not null).GroupBy(row => row.Image).Select(image => Ordered(image).First())];
        QualityRow[] scored = [.. Ordered(worst.Where(row => row.PsnrDb is not null))], others = [.. Ordered(worst.Where(row => row.PsnrDb is null))];
        int places = Math.Max(Most - others.Length, Most - WithoutTarget);
        return [.. scored.Take(places).Concat(others).Take(Most)];
    }

    /// <summary>Worst first.</summary>
    public static IOrderedEnumerable<QualityRow> Ordered(IEnumerable<QualityRow> rows) => rows
        .OrderByDescending(row => row.Verdict).ThenBy(row => ScoreKind.GainDb(row) ?? double.MaxValue).ThenBy(row => row.Rsp ?? double.MaxValue).ThenBy(row => row.Image, StringComparer.Ordinal);
}
