namespace SrBatch.Storage.Hdf5;

/// <summary>Which file libhdf5 reads at this moment. Changed under the library's lock only.</summary>
public static class ReadingMark
{
    /// <summary>Absolute path; null between calls.</summary>
    public static string? File { get; internal set; }
}
