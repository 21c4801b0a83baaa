using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>What killed tasks left half written, on any machine.</summary>
internal static class Leftovers
{
    /// <summary>Of a task on another machine nobody can tell whether it lives; one that has written nothing for so long does not.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    /// <summary>Deletes them from a folder, not from below it, with a line each in the log.</summary>
    /// <param name="of">The final name; null: of any.</param>
    public static void Clean(string folder, RunContext context, string? of = null)
    {
        foreach (string deleted in StaleTemporaries.Clean(folder, AbandonedAfter, of))
        {
            Log.Wrote(context.Log, $"deleted {deleted}, left half written by a task that died");
        }
    }
}
