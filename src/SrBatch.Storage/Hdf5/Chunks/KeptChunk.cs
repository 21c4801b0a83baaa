namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>An unpacked chunk. Its counters change only under the lock of its cache.</summary>
/// <param name="Number">The chunk's place in the grid.</param>
/// <param name="Values">Values as on disk, without filters.</param>
internal sealed record KeptChunk(long Number, byte[] Values)
{
    /// <summary>Number of the last read that used it.</summary>
    internal long LastRead { get; set; }

    /// <summary>Number of threads that copy from it now.</summary>
    internal int Users { get; set; }
}
