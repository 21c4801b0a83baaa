using System.Globalization;

namespace SrBatch.Storage.Files;

/// <summary>Tells a damaged file from one that is perhaps not finished.</summary>
internal static class RecentChange
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    /// <summary>Compared with the files' times.</summary>
    internal static TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <returns>Time since the last change; null when that is longer ago than <see cref="Recent"/>, or cannot be told.</returns>
    internal static TimeSpan? Age(string path)
    {
        try
        {
            // Zero where the disk's clock runs before ours; of a missing file the year is 1601.
            var age = Clock.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path);
            return age > Recent ? null : age < TimeSpan.Zero ? TimeSpan.Zero : age;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A sentence to end a message with, a blank before it; empty when the file did not change lately.</summary>
    internal static string Hint(string path) => Age(path) is not { } age ? "" : string.Create(CultureInfo.InvariantCulture,
        $" It changed {(age.TotalSeconds < 60 ? $"{(int)age.TotalSeconds} s" : $"{(int)age.TotalMinutes} min")} ago and may still be being written or copied: run again later, the output is made then.");
}
