using System.Globalization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Writes a table for people: seconds of CPUs and GPUs by verb and device.</summary>
internal static class UsageText
{
    public static void Write(TextWriter output, IReadOnlyList<UsageSum> usage)
    {
        if (usage.Count == 0)
        {
            return;
        }
        output.WriteLine($"{"verb",-10} {"device",-8} {"tasks",7} {"attempts",9} {"elapsed s",12} {"CPU s",12} {"GPU s",12}");
        UsageSum[] all =
        [
            new(
                "all", "", usage.Sum(sum => sum.Tasks), usage.Sum(sum => sum.Attempts), usage.Sum(sum => sum.Seconds),
                usage.Sum(sum => sum.CpuSeconds), usage.Sum(sum => sum.GpuSeconds)),
        ];
        foreach (UsageSum sum in usage.Count > 1 ? [.. usage, .. all] : usage)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{sum.Verb,-10} {sum.Device,-8} {sum.Tasks,7} {sum.Attempts,9} "
                + $"{sum.Seconds,12:F1} {sum.CpuSeconds,12:F1} {sum.GpuSeconds,12:F1}"));
        }
    }
}
