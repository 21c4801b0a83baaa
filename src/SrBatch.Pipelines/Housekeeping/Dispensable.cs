namespace SrBatch.Pipelines.Housekeeping;

/// <summary>Files of a run that neither results nor later commands need.</summary>
/// <param name="Kind">One of <see cref="CleanRun.Kinds"/>.</param>
/// <param name="Files">Absolute paths.</param>
/// <param name="Reason">Why they can be deleted, or why none can be.</param>
internal sealed record Dispensable(string Kind, IReadOnlyList<string> Files, string Reason)
{
    /// <summary>Size of all files together; a file that has vanished counts as 0.</summary>
    public long Bytes => Files.Select(file => new FileInfo(file)).Sum(file => file.Exists ? file.Length : 0);
}
