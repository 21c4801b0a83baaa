using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// Size of the cache of unpacked chunks (ours or HDF5's), which prevents that neighbouring tiles unpack the same chunk again.
/// </summary>
internal static class Hdf5ChunkCache
{
    /// <summary>Default, for datasets whose use is not known yet.</summary>
    internal const long DefaultBytes = 32L << 20;

    internal const long MostBytes = 256L << 20;

    /// <summary>Number of pixel rows kept across the full width: a large tile and its halo.</summary>
    private const long RowsKept = 1024;

    /// <param name="shape">Lengths of the dataset's axes.</param>
    /// <param name="chunk">Lengths of a chunk; null for a contiguous dataset, which has no cache.</param>
    /// <param name="y">Index of the y axis.</param>
    /// <param name="x">Index of the x axis.</param>
    /// <param name="valueBytes">Size of a value on disk.</param>
    /// <returns>
    /// Bytes of all chunks that <see cref="RowsKept"/> rows of one plane touch, at most 256 MiB; null for a contiguous dataset.
    /// </returns>
    internal static long? BytesFor(long[] shape, long[]? chunk, int y, int x, int valueBytes)
    {
        if (chunk is null)
        {
            return null;
        }
        // In double because lengths come from a header and may be arbitrarily large.
        var chunkBytes = chunk.Aggregate((double)valueBytes, (product, length) => product * length);
        var across = Math.Ceiling((double)shape[x] / chunk[x]);
        var down = Math.Min(Math.Ceiling((double)shape[y] / chunk[y]), Math.Ceiling((double)RowsKept / chunk[y]) + 1);
        return (long)Math.Min(MostBytes, Math.Max(1 << 20, chunkBytes * across * down));
    }

    /// <summary>A dataset access list with a cache of that size.</summary>
    internal static Hdf5Handle AccessList(long? bytes)
    {
        var access = Hdf5Handle.List(H5P.create(H5P.DatasetAccess));
        if (bytes is { } size)
        {
            // The number of slots is a prime well above the number of chunks, so that few share a slot. Preemption 0 evicts the least
            // recently used chunk first, because even a chunk that was read completely is needed for the next tile's halo.
            _ = H5P.set_chunk_cache(access.Id, slots: 100_003, bytes: (nuint)size, preemption: 0);
        }
        return access;
    }
}
