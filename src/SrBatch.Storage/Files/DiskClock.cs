namespace SrBatch.Storage.Files;

/// <summary>
/// The clock of a disk: the time that it stamps on a file written now. File ages are measured with this clock only, because the clock of a
/// node may be wrong or jump.
/// </summary>
internal static class DiskClock
{
    /// <summary>How much the clock of a node may be ahead of the disk's.</summary>
    private static readonly TimeSpan OwnClockAhead = TimeSpan.FromMinutes(8);

    /// <returns>
    /// The disk's time. If the folder cannot be written to, the earliest time that the disk may have, by the clock of this node: files seem
    /// younger then, so that a dead holder of a claim is noticed some minutes later.
    /// </returns>
    internal static DateTime NowOrEarliest(string folder) => Now(folder) ?? TimeProvider.System.GetUtcNow().UtcDateTime - OwnClockAhead;

    /// <returns>Null if the folder cannot be written to.</returns>
    internal static DateTime? Now(string folder)
    {
        var probe = TemporaryName.For(Path.Combine(folder, "clock"));
        try
        {
            File.WriteAllBytes(probe, [0]);
            return File.GetLastWriteTimeUtc(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
