using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Datasets.</summary>
internal static partial class H5D
{
    /// <summary>H5D_CHUNKED of H5D_layout_t.</summary>
    internal const int Chunked = 2;

    /// <summary>H5D_VIRTUAL.</summary>
    internal const int Virtual = 3;

    private static unsafe delegate* unmanaged<long, long, ulong*, uint*, void*, int> _readChunk;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dopen2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long open(long location, string name, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dcreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long create(long location, string name, long type, long space, long linkList, long createList, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dget_space")]
    internal static partial long get_space(long dataset);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dget_type")]
    internal static partial long get_type(long dataset);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dget_create_plist")]
    internal static partial long get_create_plist(long dataset);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dread")]
    internal static unsafe partial int read(
        long dataset,
        long memoryType,
        long memorySpace,
        long fileSpace,
        long transferList,
        void* buffer);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dwrite")]
    internal static unsafe partial int write(
        long dataset,
        long memoryType,
        long memorySpace,
        long fileSpace,
        long transferList,
        void* buffer);

    /// <param name="skippedFilters">Bit n is set if filter n was not applied.</param>
    /// <param name="start">The chunk's first index along each axis.</param>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dwrite_chunk")]
    internal static unsafe partial int write_chunk(
        long dataset,
        long transferList,
        uint skippedFilters,
        ReadOnlySpan<ulong> start,
        nuint size,
        void* buffer);

    /// <summary>Stored size, bytes; 0 for a virtual dataset.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dget_storage_size")]
    internal static partial ulong get_storage_size(long dataset);

    /// <summary>Number of chunks in the index; negative if unknown: HDF5 before 1.10.5 does not tell it.</summary>
    internal static unsafe long get_num_chunks(long dataset, long space)
    {
        var count = (delegate* unmanaged<long, long, ulong*, int>)Hdf5Library.TryExport("H5Dget_num_chunks");
        ulong chunks;
        return count is not null && count(dataset, space, &chunks) >= 0 ? (long)Math.Min(chunks, long.MaxValue) : -1;
    }

    /// <summary>
    /// First index along each axis of the n-th chunk in the index of the file, whatever the library has in memory. Takes n steps.
    /// </summary>
    /// <returns>False on failure; HDF5 before 1.10.5 does not have it.</returns>
    internal static unsafe bool TryGetChunkOrigin(long dataset, long space, long n, Span<long> origin)
    {
        var find = (delegate* unmanaged<long, long, ulong, ulong*, uint*, ulong*, ulong*, int>)
            Hdf5Library.TryExport("H5Dget_chunk_info");
        uint mask;
        ulong address, bytes;
        fixed (long* offset = origin)
        {
            return find is not null && find(dataset, space, (ulong)n, (ulong*)offset, &mask, &address, &bytes) >= 0;
        }
    }

    /// <summary>Stored size of the chunk that begins at <paramref name="offset"/>; 0: never written.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dget_chunk_storage_size")]
    internal static unsafe partial int get_chunk_storage_size(long dataset, ulong* offset, out ulong bytes);

    /// <summary>
    /// Reads a chunk as it is stored. <paramref name="filterMask"/>: bit n is set if filter n of the dataset was not applied.
    /// </summary>
    internal static unsafe int read_chunk(long dataset, ulong* offset, out uint filterMask, void* buffer)
    {
        // 2.0 renamed the function of 1.10.3 and has a second one with another signature.
        if (_readChunk is null)
        {
            _readChunk = (delegate* unmanaged<long, long, ulong*, uint*, void*, int>)Hdf5Library.Export("H5Dread_chunk1", "H5Dread_chunk");
        }
        fixed (uint* mask = &filterMask)
        {
            return _readChunk(dataset, H5P.Default, offset, mask, buffer);
        }
    }

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Dclose")]
    internal static partial int close(long dataset);
}
