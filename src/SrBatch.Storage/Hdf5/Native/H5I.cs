using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Identifiers.</summary>
internal static partial class H5I
{
    /// <summary>H5I_GROUP and H5I_DATASET of H5I_type_t; the same numbers from 1.10 to 2.x.</summary>
    internal const int Group = 2;
    internal const int Dataset = 5;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Iget_type")]
    internal static partial int get_type(long id);

    /// <summary>The file that holds an object; the caller must close it.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Iget_file_id")]
    internal static partial long get_file_id(long id);

    /// <summary>A path that leads to the object.</summary>
    /// <returns>Length of the path without its final zero; 0 or negative if there is none.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Iget_name")]
    internal static unsafe partial nint get_name(long id, byte* name, nuint size);
}
