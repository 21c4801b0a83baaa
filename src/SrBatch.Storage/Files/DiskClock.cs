namespace SrBatch.Storage.Files;

/// <summary>
/// The clock of the disk: what it stamps on a file that is written now. How long ago a file was written is told by this clock alone; that of a node may be
/// wrong, or jump.
/// </summary>
internal static class DiskClock
{
    /// <returns>Null where nothing can be written.</returns>
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
