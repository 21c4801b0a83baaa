using System.Globalization;
using SrBatch.Core.Quality;
using SrBatch.Core.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>Prints how far pairs moved and how well they fit, by group and split; then the refused pairs and the reasons.</summary>
internal static class RegistrationTable
{
    public static void Write(TextWriter output, IReadOnlyList<RegistrationRow> rows)
    {
        RegistrationRow[] aligned = [.. rows.Where(row => row.Verdict != Verdict.Fail)];
        RegistrationRow[] failed = [.. rows.Where(row => row.Verdict == Verdict.Fail)];
        int pairs = aligned.Select(row => row.Image).Except(failed.Select(row => row.Image)).Count();
        output.WriteLine($"{pairs} pairs aligned, {failed.Select(row => row.Image).Distinct().Count()} refused or failed");
        if (aligned.Length > 0)
        {
            output.WriteLine(
                $"{"group",-20} {"split",-10} {"pairs",6} {"moved px",9} {"most",7} {"turn deg",9} {"scale",7} "
                + $"{"elastic",8} {"corr.",7} {"after",7} {"left px",8} {"usable",7} {"common",7}");
            var groups = aligned.GroupBy(row => (row.Group, row.Split))
                .OrderBy(group => group.Key.Split, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Group, StringComparer.Ordinal);
            foreach (var group in groups)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Key.Group,-20} {group.Key.Split,-10} {group.Select(row => row.Image).Distinct().Count(),6} "
                    + $"{Median(group, row => row.MovedMedianPx),9:F2} {group.Max(row => row.MovedMaxPx),7:F1} "
                    + $"{Median(group, row => row.RotationDeg),9:F3} {Median(group, row => row.ScaleError),7:F4} "
                    + $"{Median(group, row => row.ElasticMedianPx),8:F2} {Median(group, row => row.CorrelationBefore),7:F3} "
                    + $"{Median(group, row => row.CorrelationAfter),7:F3} {Median(group, row => row.ResidualPx),8:F2} "
                    + $"{Median(group, row => row.UsableShare),7:P0} {Median(group, row => row.CommonShare),7:P0}"));
            }
        }
        foreach (RegistrationRow row in failed)
        {
            output.WriteLine($"failed: {row.Image}: {row.Reasons}");
        }
    }

    private static double? Median(IEnumerable<RegistrationRow> rows, Func<RegistrationRow, double?> of)
    {
        double?[] values = [.. rows.Select(of).Where(value => value is not null).Order()];
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
