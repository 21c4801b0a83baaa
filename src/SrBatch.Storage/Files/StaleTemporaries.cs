using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Deletes temporary files of killed tasks.</summary>
public static class StaleTemporaries
{
    /// <summary>
    /// Deletes unfinished files and folders in <paramref name="folder"/> (not below it) whose writer on this machine is dead, or that
    /// nobody has written to for <paramref name="olderThan"/> by the clock of the disk. A missing folder counts as empty.
    /// </summary>
    /// <param name="of">Final name of the files to delete; null: all.</param>
    /// <returns>The deleted paths, in ordinal order.</returns>
    /// <exception cref="SrBatchException">A file may not be deleted (exit 74).</exception>
    public static IReadOnlyList<string> Clean(string folder, TimeSpan olderThan, string? of = null)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        DateTime? now = null;
        List<string> deleted = [];
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder), TemporaryName.Pattern, all))
        {
            if (of is not null && !Path.GetFileName(path).StartsWith($".{of}.", StringComparison.Ordinal))
            {
                continue;
            }
            // A file that is gone now has got its final name.
            if (TemporaryName.Parse(path) is not { } name
                || !((name.IsOfThisMachine && !RunningProcess.IsAlive(name.Process)) || IsOld(path))
                || !Path.Exists(path))
            {
                continue;
            }
            try
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
                else
                {
                    File.Delete(path);
                }
            }
            catch (Exception e) when (DiskError.Of(path, e) is { } error)
            {
                throw error;
            }
            deleted.Add(path);
        }
        deleted.Sort(StringComparer.Ordinal);
        return deleted;

        bool IsOld(string path) => (now ??= DiskClock.Now(folder)) - File.GetLastWriteTimeUtc(path) > olderThan;
    }
}
