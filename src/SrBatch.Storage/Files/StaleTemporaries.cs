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
        IReadOnlyList<string> found = Find(folder, olderThan, of);
        foreach (var path in found)
        {
            UnneededFile.Delete(path);
        }
        return found;
    }

    /// <summary>Finds what <see cref="Clean"/> deletes.</summary>
    public static IReadOnlyList<string> Find(string folder, TimeSpan olderThan, string? of = null)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        DateTime? now = null;
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        return
        [
            .. Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder), TemporaryName.Pattern, all)
                .Where(path => of is null || Path.GetFileName(path).StartsWith($".{of}.", StringComparison.Ordinal))
                // A file that is gone now has got its final name.
                .Where(path => TemporaryName.Parse(path) is { } name
                    && ((name.IsOfThisMachine && !RunningProcess.IsAlive(name.Process)) || IsOld(path))
                    && Path.Exists(path))
                .Order(StringComparer.Ordinal),
        ];

        bool IsOld(string path) => (now ??= DiskClock.Now(folder)) - File.GetLastWriteTimeUtc(path) > olderThan;
    }
}
