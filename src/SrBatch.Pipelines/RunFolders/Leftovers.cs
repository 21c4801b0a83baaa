using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>Deletes files that killed tasks left half written, on any machine.</summary>
internal static class Leftovers
{
    /// <summary>
    /// Whether a task on another machine lives cannot be told; one that has written nothing for so long is taken for dead.
    /// </summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    /// <summary>Finds them in a folder, not in folders below it.</summary>
    public static IReadOnlyList<string> In(string folder) => StaleTemporaries.Find(folder, AbandonedAfter);

    /// <summary>Deletes them in a folder, not in folders below it, and logs each.</summary>
    /// <param name="of">Deletes only those of this final name; null: of any.</param>
    public static void Clean(string folder, RunContext context, string? of = null)
    {
        foreach (string deleted in StaleTemporaries.Clean(folder, AbandonedAfter, of))
        {
            Log.Wrote(context.Log, $"deleted {deleted}, left half written by a task that died");
        }
    }
}
