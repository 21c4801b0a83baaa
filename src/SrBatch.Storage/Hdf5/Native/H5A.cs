using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Attributes.</summary>
internal static partial class H5A
{
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aexists", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int exists(long obj, string name);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long open(long obj, string name, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Acreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long create(long obj, string name, long type, long space, long createList, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Adelete", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int delete(long obj, string name);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aread")]
    internal static unsafe partial int read(long attribute, long memoryType, void* buffer);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Awrite")]
    internal static unsafe partial int write(long attribute, long memoryType, void* buffer);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aget_type")]
    internal static partial long get_type(long attribute);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aget_space")]
    internal static partial long get_space(long attribute);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Aclose")]
    internal static partial int close(long attribute);
}
