using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Property lists.</summary>
internal static partial class H5P
{
    /// <summary>H5P_DEFAULT.</summary>
    internal const long Default = 0;

    internal static long FileAccess => Hdf5Library.Constant("H5P_CLS_FILE_ACCESS_ID_g");
    internal static long DatasetCreate => Hdf5Library.Constant("H5P_CLS_DATASET_CREATE_ID_g");
    internal static long DatasetAccess => Hdf5Library.Constant("H5P_CLS_DATASET_ACCESS_ID_g");
    internal static long LinkCreate => Hdf5Library.Constant("H5P_CLS_LINK_CREATE_ID_g");
    internal static long LinkAccess => Hdf5Library.Constant("H5P_CLS_LINK_ACCESS_ID_g");

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pcreate")]
    internal static partial long create(long listClass);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pclose")]
    internal static partial int close(long list);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_libver_bounds")]
    internal static partial int set_libver_bounds(long list, int low, int high);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_obj_track_times")]
    internal static partial int set_obj_track_times(long list, byte track);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_create_intermediate_group")]
    internal static partial int set_create_intermediate_group(long list, uint create);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_chunk")]
    internal static partial int set_chunk(long list, int rank, ReadOnlySpan<ulong> lengths);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_chunk")]
    internal static partial int get_chunk(long list, int rank, Span<ulong> lengths);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_layout")]
    internal static partial int get_layout(long list);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_shuffle")]
    internal static partial int set_shuffle(long list);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_deflate")]
    internal static partial int set_deflate(long list, uint level);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_chunk_cache")]
    internal static partial int set_chunk_cache(long list, nuint slots, nuint bytes, double preemption);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_elink_cb")]
    internal static unsafe partial int set_elink_cb(
        long list, delegate* unmanaged<byte*, byte*, byte*, byte*, uint*, long, nint, int> callback, nint data);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_nfilters")]
    internal static partial int get_nfilters(long list);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_filter2")]
    internal static unsafe partial int get_filter(
        long list, uint index, uint* flags, nuint* valueCount, uint* values, nuint nameSize, byte* name, uint* config);

    /// <summary>Folder that names of raw files are relative to; <c>${ORIGIN}</c>: the folder of the HDF5 file.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pset_efile_prefix", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int set_efile_prefix(long list, string prefix);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_external_count")]
    internal static partial int get_external_count(long list);

    /// <summary>Writes the name without a final zero if it does not fit.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_external")]
    internal static unsafe partial int get_external(long list, uint index, nuint nameSize, byte* name, out long offset, out ulong size);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_virtual_count")]
    internal static partial int get_virtual_count(long list, out nuint count);

    /// <returns>Length of the name without its final zero; negative on failure.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_virtual_filename")]
    internal static unsafe partial nint get_virtual_filename(long list, nuint index, byte* name, nuint size);

    /// <inheritdoc cref="get_virtual_filename"/>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_virtual_dsetname")]
    internal static unsafe partial nint get_virtual_dsetname(long list, nuint index, byte* name, nuint size);

    /// <summary>The part of the dataset that a mapping fills; the caller must close it.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_virtual_vspace")]
    internal static partial long get_virtual_vspace(long list, nuint index);

    /// <summary>The part of the source that a mapping takes; the caller must close it.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_virtual_srcspace")]
    internal static partial long get_virtual_srcspace(long list, nuint index);

    /// <summary>Bit of value 2: chunks that cross the end of the dataset are stored without filters.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_chunk_opts")]
    internal static partial int get_chunk_opts(long list, out uint options);

    /// <summary>0: undefined, 1: the default of zero, 2: set by the user.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pfill_value_defined")]
    internal static partial int fill_value_defined(long list, out int status);

    /// <summary>0: at allocation, 1: never, 2: if the user set a value.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_fill_time")]
    internal static partial int get_fill_time(long list, out int time);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Pget_fill_value")]
    internal static unsafe partial int get_fill_value(long list, long type, void* value);
}
