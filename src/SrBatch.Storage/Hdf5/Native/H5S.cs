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

    /// <summary>H5S_SEL_NONE, H5S_SEL_HYPERSLABS and H5S_SEL_ALL of H5S_sel_type.</summary>
    internal const int SelectNone = 0;
    internal const int SelectHyperslabs = 2;
    internal const int SelectAll = 3;

    /// <summary>H5S_UNLIMITED.</summary>
    internal const ulong Unlimited = ulong.MaxValue;

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

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_select_type")]
    internal static partial int get_select_type(long space);

    /// <summary>First and last index along each axis; fails for an unlimited selection.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_select_bounds")]
    internal static partial int get_select_bounds(long space, Span<ulong> first, Span<ulong> last);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sis_regular_hyperslab")]
    internal static partial int is_regular_hyperslab(long space);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_regular_hyperslab")]
    internal static partial int get_regular_hyperslab(
        long space, Span<ulong> start, Span<ulong> stride, Span<ulong> count, Span<ulong> block);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_select_hyper_nblocks")]
    internal static partial long get_select_hyper_nblocks(long space);

    /// <summary>For each block the first index along all axes, then the last.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sget_select_hyper_blocklist")]
    internal static partial int get_select_hyper_blocklist(long space, ulong first, ulong count, Span<ulong> corners);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Sclose")]
    internal static partial int close(long space);
}
