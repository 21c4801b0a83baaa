using SrBatch.Core.Errors;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>A folder of parts, <c>part-*.parquet</c>: each attempt of each task writes its own.</summary>
internal static class PartFolder
{
    /// <summary>All parts, by name.</summary>
    public static string[] Files(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "part-*.parquet").Order(StringComparer.Ordinal)] : [];

    /// <summary>
    /// Merges all parts. Shards may end together: this is repeated until no part came meanwhile, so that the last merge has all.
    /// </summary>
    /// <param name="folder">Of the parts.</param>
    /// <param name="merge">Merges these parts; called at least once, also when there is none.</param>
    public static void Merge(string folder, Action<string[]> merge)
    {
        string[] merged;
        do
        {
            merged = Files(folder);
            merge(merged);
        }
        while (!merged.SequenceEqual(Files(folder)));
    }

    /// <summary>Reads a part. A damaged one costs no other part its rows.</summary>
    /// <param name="path">Of the part.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="fault">What is wrong with it; null: nothing.</param>
    /// <returns>Null if the part is damaged.</returns>
    public static T? TryRead<T>(string path, Func<string, T> read, out string? fault)
        where T : class
    {
        try
        {
            fault = null;
            return read(path);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed)
        {
            fault = damaged.Message.TrimEnd('.') + '.';
            return null;
        }
    }
}
