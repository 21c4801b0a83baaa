using System.Globalization;

namespace SrBatch.Storage.Crashes;

/// <summary>Whether the kernel ends processes of this machine for lack of memory, those of a job's own limit included.</summary>
public static class OutOfMemory
{
    /// <returns>How many it has ended since the machine started; null where it does not count them (before Linux 4.13).</returns>
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

    /// <summary>Whether it may have ended one since; where it does not count them, it may.</summary>
    /// <param name="before">What <see cref="Kills"/> told then.</param>
    public static bool HappenedSince(long? before) => before is null || Kills() is not { } now || now > before;
}
