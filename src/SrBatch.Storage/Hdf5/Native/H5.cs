using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>General functions. Names follow HDF.PInvoke; every call is made under <see cref="Hdf5Library.Enter"/>.</summary>
internal static partial class H5
{
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5open")]
    internal static partial int open();

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5dont_atexit")]
    internal static partial int dont_atexit();

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5get_libversion")]
    internal static partial int get_libversion(out uint major, out uint minor, out uint release);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5free_memory")]
    internal static partial int free_memory(nint memory);
}
