using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>Memory that is left on this node, and the limits of <c>ulimit</c>.</summary>
internal static class FreeMemory
{
    /// <summary>Those that Linux enforces: it ignores "Max resident set".</summary>
    private static readonly string[] Limits = ["Max address space", "Max data size"];

    /// <summary>Whether <c>ulimit</c> limits the memory of this process.</summary>
    public static bool IsLimited => Least([], Lines("/proc/self/limits")) is not null;

    /// <returns>Bytes; null when the kernel does not say.</returns>
    public static long? Bytes() => Least(Lines("/proc/meminfo"), Lines("/proc/self/limits"));

    /// <param name="memory">Of /proc/meminfo: <c>MemAvailable:   1234 kB</c>.</param>
    /// <param name="limits">Of /proc/self/limits: <c>Max address space   4096000000   unlimited   bytes</c>.</param>
    internal static long? Least(IEnumerable<string> memory, IEnumerable<string> limits)
    {
        const string Available = "MemAvailable:";
        IEnumerable<long?> found =
        [
            .. memory.Where(line => line.StartsWith(Available, StringComparison.Ordinal))
                .Select(line => Number(line[Available.Length..]) << 10),
            .. Limits.SelectMany(name => limits
                .Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Select(line => Number(line[name.Length..]))),
        ];
        return found.Min();
    }

    /// <returns>The first word, when it is a number; <c>unlimited</c> is none.</returns>
    private static long? Number(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..]
        && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
