using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Removes what killed tasks left behind.</summary>
public static class StaleTemporaries
{
    /// <summary>
    /// Deletes unfinished files and folders in <paramref name="folder"/> (not below it) whose writer is dead on this machine, or that nobody has
    /// written to for <paramref name="olderThan"/>, whoever began them. A missing folder has none.
    /// </summary>
    /// <param name="of">The final name; null: of any.</param>
    /// <returns>Paths deleted, in ordinal order.</returns>
    /// <exception cref="SrBatchException">One may not be deleted (exit 74).</exception>
    public static IReadOnlyList<string> Clean(string folder, TimeSpan olderThan, TimeProvider time, string? of = null)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        var limit = time.GetUtcNow().UtcDateTime - olderThan;
        List<string> deleted = [];
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder), TemporaryName.Pattern, all))
        {
            if (of is not null && !Path.GetFileName(path).StartsWith($".{of}.", StringComparison.Ordinal))
            {
                continue;
            }
            // One that is gone has got its final name meanwhile.
            if (TemporaryName.Parse(path) is not { } name || !((name.IsOfThisMachine && !IsAlive(name.Process)) || File.GetLastWriteTimeUtc(path) < limit) || !Path.Exists(path))
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
    }

    private static bool IsAlive(int process) => (Libc.kill(process, 0) == 0 || Marshal.GetLastPInvokeError() == Libc.EPERM) && !IsZombie(process);

    /// <summary>A dead process keeps its number until its parent asks how it ended, which the init of a container may never do.</summary>
    private static bool IsZombie(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/stat"); // 123 (name) Z ...
            return status.AsSpan(status.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or hidden: the next clean-up sees
        }
    }
}
