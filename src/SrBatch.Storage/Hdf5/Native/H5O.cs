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

    /// <summary>
    /// Calls <paramref name="visit"/> (group, path, info, data) once for the group itself (path <c>.</c>) and each object below it, until it
    /// returns a value other than 0. The info begins like that of <see cref="get_identity"/>.
    /// </summary>
    internal static unsafe int visit(long group, delegate* unmanaged<long, byte*, ulong*, nint, int> visit, nint data)
    {
        const int ByName = 0, Fastest = 2; // H5_INDEX_NAME, H5_ITER_NATIVE
        const uint Basic = 1; // H5O_INFO_BASIC
        // The first from 1.12 on, the second from 1.10.3 on.
        var each = (delegate* unmanaged<long, int, int, delegate* unmanaged<long, byte*, ulong*, nint, int>, nint, uint, int>)
            Hdf5Library.Export("H5Ovisit3", "H5Ovisit2");
        return each(group, ByName, Fastest, visit, data, Basic);
    }

    /// <summary>Identity from the info of an object.</summary>
    internal static unsafe UInt128 IdentityOf(ulong* info) =>
        // Both structs begin with the number of the file. The address has 8 bytes, the token 16.
        new(Hdf5Library.TryExport("H5Oget_info3") != 0 ? info[2] : 0, info[1]);

    /// <summary>Identifies an object within its file: its address (1.10) or its token (1.12 and later); 0 if unknown.</summary>
    internal static unsafe UInt128 get_identity(long obj)
    {
        var info = stackalloc ulong[64];
        new Span<ulong>(info, 64).Clear();
        var getInfo3 = (delegate* unmanaged<long, ulong*, uint, int>)Hdf5Library.TryExport("H5Oget_info3");
        var status = getInfo3 is not null
            ? getInfo3(obj, info, 1) // H5O_INFO_BASIC
            : ((delegate* unmanaged<long, ulong*, int>)Hdf5Library.Export("H5Oget_info1", "H5Oget_info"))(obj, info);
        return status < 0 ? UInt128.Zero : IdentityOf(info);
    }
}
