using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Dataspaces.</summary>
internal static partial class H5S
{
    /// <summary>H5S_ALL.</summary>
    internal const long All = 0;

    /// <summary>H5S_SCALAR and H5S_NULL of H5S_class_t.</summary>
    internal const int Scalar = 0;
    internal const int Null = 2;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Screate")]
    internal static partial long create(int kind);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Screate_simple")]
    internal static partial long create_simple(int rank, ReadOnlySpan<ulong> lengths, nint maximumLengths);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_simple_extent_type")]
    internal static partial int get_simple_extent_type(long space);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_simple_extent_ndims")]
    internal static partial int get_simple_extent_ndims(long space);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_simple_extent_dims")]
    internal static partial int get_simple_extent_dims(long space, Span<ulong> lengths, nint maximumLengths);

    /// <summary>Operation 0 is H5S_SELECT_SET; zero strides and blocks mean 1.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sselect_hyperslab")]
    internal static partial int select_hyperslab(
        long space, int operation, ReadOnlySpan<ulong> start, nint stride, ReadOnlySpan<ulong> count, nint block);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sclose")]
    internal static partial int close(long space);
}
