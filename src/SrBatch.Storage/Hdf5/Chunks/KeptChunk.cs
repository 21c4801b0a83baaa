namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>An unpacked chunk. Its counters are changed under its cache's lock only.</summary>
/// <param name="Number">The chunk's place in the grid.</param>
/// <param name="Values">As on disk, but without filters.</param>
internal sealed record KeptChunk(long Number, byte[] Values)
{
    /// <summary>Number of the last read that used it.</summary>
    internal long LastRead { get; set; }

    /// <summary>Threads that copy from it now.</summary>
    internal int Users { get; set; }
}
