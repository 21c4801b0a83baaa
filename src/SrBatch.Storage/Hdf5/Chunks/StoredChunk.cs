using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>Looks up chunks in the index of a file.</summary>
internal static class StoredChunk
{
    /// <param name="dataset">A chunked dataset.</param>
    /// <param name="origin">First index of the chunk along each axis.</param>
    /// <returns>
    /// Stored size of the chunk, bytes; 0: it was never written; null: it cannot be looked up, and the library's error stack says why.
    /// </returns>
    internal static unsafe ulong? SizeOf(Hdf5Handle dataset, ReadOnlySpan<long> origin)
    {
        var offset = stackalloc ulong[origin.Length];
        for (var axis = 0; axis < origin.Length; axis++)
        {
            offset[axis] = (ulong)origin[axis];
        }
        if (H5D.get_chunk_storage_size(dataset.Id, offset, out var bytes) >= 0)
        {
            return bytes;
        }
        // For a chunk that was never written, HDF5 1.10 and 1.12 report an error, unless no chunk was written; later versions return 0.
        if (Hdf5Error.Stack().Contains("chunk storage is not allocated", StringComparison.Ordinal))
        {
            return 0;
        }
        return H5D.get_chunk_storage_size(dataset.Id, offset, out bytes) < 0 ? null : bytes; // with the reason of this call
    }
}
