namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>Counts what is read from all files that are opened with it. Thread safe.</summary>
public sealed class ReadCounts
{
    private long _opens, _unpackedChunks;

    /// <summary>Files opened.</summary>
    public long Opens => Interlocked.Read(ref _opens);

    /// <summary>Chunks unpacked by us, from datasets that are closed again.</summary>
    public long UnpackedChunks => Interlocked.Read(ref _unpackedChunks);

    internal void CountOpen() => Interlocked.Increment(ref _opens);

    internal void CountUnpacked(long chunks) => Interlocked.Add(ref _unpackedChunks, chunks);
}
