using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Objects: groups, datasets and named types alike.</summary>
internal static partial class H5O
{
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Oopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long open(long location, string name, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Oexists_by_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int exists_by_name(long location, string name, long accessList);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Oclose")]
    internal static partial int close(long obj);

    /// <summary>Identifies an object within its file: its address (1.10) or its token (1.12 and later); 0 if unknown.</summary>
    internal static unsafe UInt128 get_identity(long obj)
    {
        var info = stackalloc ulong[64];
        new Span<ulong>(info, 64).Clear();
        var getInfo3 = (delegate* unmanaged<long, ulong*, uint, int>)Hdf5Library.TryExport("H5Oget_info3");
        var status = getInfo3 is not null
            ? getInfo3(obj, info, 1) // H5O_INFO_BASIC
            : ((delegate* unmanaged<long, ulong*, int>)Hdf5Library.Export("H5Oget_info1", "H5Oget_info"))(obj, info);
        // Both structs begin with the number of the file. The address has 8 bytes, the token 16.
        return status < 0 ? UInt128.Zero : new UInt128(getInfo3 is not null ? info[2] : 0, info[1]);
    }
}
