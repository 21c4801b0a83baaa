using System.Globalization;

namespace SrBatch.Storage.Crashes;

/// <summary>
/// Detects whether the kernel kills processes on this machine for lack of memory, including by the memory limit of a job.
/// </summary>
public static class OutOfMemory
{
    /// <returns>Number of processes killed since boot; null if the kernel does not count them (before Linux 4.13).</returns>
    public static long? Kills()
    {
        const string Counter = "oom_kill ";
        try
        {
            return File.ReadLines("/proc/vmstat").FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal)) is { } found
                ? long.Parse(found.AsSpan(Counter.Length), CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether it may have killed a process since then; true if it does not count them.</summary>
    /// <param name="before">Result of <see cref="Kills"/> at that time.</param>
    public static bool HappenedSince(long? before) => before is null || Kills() is not { } now || now > before;
}
