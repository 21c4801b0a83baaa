using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Files.</summary>
internal static partial class H5F
{
    internal const uint ReadOnly = 0;

    /// <summary>H5F_ACC_TRUNC.</summary>
    internal const uint Truncate = 2;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long open(string path, uint flags, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fcreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long create(string path, uint flags, long createList, long accessList);

    /// <summary>Scope 0: this file, not those mounted in it.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fflush")]
    internal static partial int flush(long obj, int scope);

    /// <summary>
    /// Number of open ids of the kinds in <paramref name="types"/> (0x1F: all); file 0xF...F (H5F_OBJ_ALL) counts those of all files.
    /// </summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fget_obj_count")]
    internal static partial nint get_obj_count(long file, uint types);

    /// <summary>Name of the file that holds an object, as it was opened.</summary>
    /// <returns>Length of the name without its final zero; negative on failure.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fget_name")]
    internal static unsafe partial nint get_name(long obj, byte* name, nuint size);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Fclose")]
    internal static partial int close(long file);
}
