using System.Globalization;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// Mean scores of classical methods, and of the network on the same planes, by split and group; then the parameters that were chosen.
/// </summary>
internal static class BaselineTable
{
    private const int LeastWidth = 12;

    /// <param name="output">For people.</param>
    /// <param name="rows">One for each plane and method.</param>
    /// <param name="quality">Rows of the network; those of other planes are left out.</param>
    public static void Write(TextWriter output, IReadOnlyList<BaselineRow> rows, IReadOnlyList<QualityRow> quality)
    {
        HashSet<(string, int?, int?, int?)> planes = [.. rows.Select(Plane)];
        BaselineRow[] network =
        [
            .. quality.Where(row => row.PsnrDb is not null && planes.Contains((row.Image, row.T, row.C, row.Z))).Select(AsBaseline),
        ];
        foreach (IGrouping<string, BaselineRow> split in rows.GroupBy(row => row.Split).OrderBy(split => split.Key, StringComparer.Ordinal))
        {
            WriteSplit(output, split.Key, [.. split], [.. network.Where(row => row.Split == split.Key)]);
        }
        output.WriteLine("* best of the classical methods by PSNR");
        foreach (IGrouping<string, BaselineRow> group in rows.GroupBy(row => row.Group).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            IEnumerable<string> chosen = group.Where(row => row.Parameters is not null)
                .Select(row => $"{row.Method} {row.Parameters}")
                .Distinct();
            output.WriteLine($"parameters for {group.Key}: {string.Join("; ", chosen)}");
        }
    }

    private static void WriteSplit(TextWriter output, string split, BaselineRow[] rows, BaselineRow[] network)
    {
        int planes = rows.Select(Plane).Distinct().Count();
        int images = rows.Select(row => row.Image).Distinct().Count();
        string note = split == "validation" ? "; the parameters were chosen on this split" : "";
        output.WriteLine($"{split}: {images} images, {planes} planes{note}");
        string[] groups = [.. rows.Select(row => row.Group).Distinct().Order(StringComparer.Ordinal)];
        int[] widths = [LeastWidth, .. groups.Select(group => Math.Max(LeastWidth, group.Length))];
        WriteLine(output, "  PSNR dB, SSIM", widths, ["all", .. groups]);
        string? best = rows.GroupBy(row => row.Method).MaxBy(method => method.Average(row => row.PsnrDb))?.Key;
        foreach (IGrouping<string, BaselineRow> method in rows.GroupBy(row => row.Method))
        {
            WriteLine(output, $"{(method.Key == best ? '*' : ' ')} {method.Key}", widths, Cells([.. method], groups));
        }
        if (network.Length > 0)
        {
            string label = network.Length == planes ? "  network" : $"  network ({network.Length} of {planes})";
            WriteLine(output, label, widths, Cells(network, groups));
        }
    }

    private static void WriteLine(TextWriter output, string label, int[] widths, IEnumerable<string> cells) =>
        output.WriteLine($"{label,-22}{string.Concat(cells.Zip(widths, (cell, width) => "  " + cell.PadLeft(width)))}");

    private static IEnumerable<string> Cells(BaselineRow[] rows, string[] groups) =>
        [Cell(rows), .. groups.Select(group => Cell([.. rows.Where(row => row.Group == group)]))];

    private static string Cell(BaselineRow[] rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows.Average(row => row.PsnrDb):F2} {rows.Average(row => row.Ssim):F4}");

    private static (string, int?, int?, int?) Plane(BaselineRow row) => (row.Image, row.T, row.C, row.Z);

    private static BaselineRow AsBaseline(QualityRow row) => new()
    {
        Image = row.Image,
        Group = row.Group,
        Split = row.Split,
        T = row.T,
        C = row.C,
        Z = row.Z,
        Method = "network",
        PsnrDb = row.PsnrDb,
        Ssim = row.Ssim,
    };
}
