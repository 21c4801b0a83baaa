using System.Globalization;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Scoring;

/// <summary>
/// Writes a table for people: scores by group and channel, with the gain over the upsampled input; then what failed and why.
/// </summary>
internal static class ScoreTable
{
    /// <summary>Most planes with a verdict other than pass that are named; the worst come first.</summary>
    private const int MostDoubted = 10;

    public static void Write(TextWriter output, IReadOnlyList<QualityRow> rows)
    {
        QualityRow[] planes = [.. rows.Where(row => row.Width is not null)];
        QualityRow[] scored = [.. planes.Where(row => row.PsnrDb is not null)];
        int images = planes.Select(row => row.Image).Distinct().Count();
        output.WriteLine($"{images} images, {planes.Length} planes, {scored.Length} with a target");
        if (scored.Length > 0)
        {
            output.WriteLine($"{"group",-20} {"split",-10} {"c",3} {"planes",7} {"PSNR dB",9} {"gain",7} {"SSIM",8} "
                + $"{"gain",8} {"NRMSE",8} {"Pearson",8}");
            foreach (var group in scored
                .GroupBy(row => (row.Group, row.Split, row.C))
                .OrderBy(group => group.Key.Split, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Group, StringComparer.Ordinal)
                .ThenBy(group => group.Key.C))
            {
                WriteRow(output, group.Key.Group, group.Key.Split, group.Key.C?.ToString(CultureInfo.InvariantCulture) ?? "", [.. group]);
            }
            foreach (IGrouping<string, QualityRow> split in scored
                .GroupBy(row => row.Split)
                .OrderBy(split => split.Key, StringComparer.Ordinal))
            {
                WriteRow(output, "all", split.Key, "", [.. split]);
            }
        }
        WriteVerdicts(output, planes);
        foreach (QualityRow row in rows.Where(row => row.IsFailure))
        {
            output.WriteLine($"failed: {row.Image}: {row.Reasons}");
        }
    }

    /// <summary>Writes nothing if every plane passes.</summary>
    private static void WriteVerdicts(TextWriter output, QualityRow[] planes)
    {
        QualityRow[] doubted =
        [
            .. planes.Where(row => row.Verdict != Verdict.Pass)
                .OrderByDescending(row => row.Verdict)
                .ThenByDescending(row => row.OutOfDistribution),
        ];
        if (doubted.Length == 0)
        {
            return;
        }
        int failing = doubted.Count(row => row.Verdict == Verdict.Fail);
        output.WriteLine($"verdicts: {planes.Length - doubted.Length} pass, {doubted.Length - failing} warn, {failing} fail");
        foreach (QualityRow row in doubted.Take(MostDoubted))
        {
            (char Axis, int? Index)[] axes = [('t', row.T), ('c', row.C), ('z', row.Z)];
            string plane = string.Concat(axes.Where(axis => axis.Index is not null).Select(axis => $" {axis.Axis}{axis.Index}"));
            output.WriteLine($"{(row.Verdict == Verdict.Fail ? "fail" : "warn")}: {row.Image}{plane}: {row.Reasons}");
        }
        if (doubted.Length > MostDoubted)
        {
            output.WriteLine($"and {doubted.Length - MostDoubted} more, in the table's columns verdict and reasons");
        }
    }

    private static void WriteRow(TextWriter output, string group, string split, string channel, QualityRow[] rows)
    {
        double? gain = rows.Average(row => row.PsnrDb - row.PsnrInputDb), ssimGain = rows.Average(row => row.Ssim - row.SsimInput);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{group,-20} {split,-10} {channel,3} {rows.Length,7} {rows.Average(row => row.PsnrDb),9:F2} {gain,7:+0.00;-0.00} "
            + $"{rows.Average(row => row.Ssim),8:F4} {ssimGain,8:+0.0000;-0.0000} "
            + $"{rows.Average(row => row.Nrmse),8:F4} {rows.Average(row => row.Pearson),8:F4}"));
    }
}
