using System.Globalization;

namespace SrBatch.Storage.Files;

/// <summary>Distinguishes damaged files from files that may not be finished yet.</summary>
internal static class RecentChange
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    /// <summary>The clock that file times are compared with.</summary>
    internal static TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <returns>Time since the last change; null if that is longer ago than <see cref="Recent"/> or unknown.</returns>
    internal static TimeSpan? Age(string path)
    {
        try
        {
            // Zero if the clock of the disk is ahead of ours. A missing file has the year 1601.
            var age = Clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path);
            return age > Recent ? null : age < TimeSpan.Zero ? TimeSpan.Zero : age;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A sentence to append to a message, with a leading space; empty if the file did not change recently.</summary>
    internal static string Hint(string path)
    {
        if (Age(path) is not { } age)
        {
            return "";
        }
        // A plan or a report may be read much later.
        var changed = Clock.GetUtcNow().UtcDateTime - age;
        return string.Create(CultureInfo.InvariantCulture, $" It changed at {changed:yyyy-MM-ddTHH:mm:ssZ} and may still be being written or copied.");
    }
}
