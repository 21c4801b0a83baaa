using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Links.</summary>
internal static partial class H5L
{
    internal const int Hard = 0;
    internal const int External = 64;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Lexists", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int exists(long location, string name, long accessList);

    /// <summary>Index 0 is H5_INDEX_NAME, order 0 H5_ITER_INC.</summary>
    /// <returns>Length of the name without its zero, or below 0.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Lget_name_by_idx", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial nint get_name_by_idx(
        long location, string group, int index, int order, ulong n, byte* name, nuint size, long accessList);

    /// <summary>Kind of a link: H5L_type_t, below 0 when it cannot be told.</summary>
    internal static unsafe int get_type(long group, string name)
    {
        // 1.10 exports H5Lget_info, 1.12 and later H5Lget_info1 and H5Lget_info2; the structs differ behind their first member, the kind.
        var getInfo = (delegate* unmanaged<long, byte*, int*, long, int>)Hdf5Library.Export("H5Lget_info2", "H5Lget_info1", "H5Lget_info");
        var bytes = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            var info = stackalloc int[64];
            return getInfo(group, (byte*)bytes, info, H5P.Default) < 0 ? -1 : info[0];
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }
    }

    /// <summary>Calls <paramref name="visit"/> (group, name, info, data) for each link of a group, in the order that is fastest, until it returns other than 0.</summary>
    internal static unsafe int iterate(long group, delegate* unmanaged<long, byte*, nint, nint, int> visit)
    {
        // The versions differ in the info alone, which is not looked at.
        var each = (delegate* unmanaged<long, int, int, ulong*, delegate* unmanaged<long, byte*, nint, nint, int>, nint, int>)
            Hdf5Library.Export("H5Literate2", "H5Literate1", "H5Literate");
        ulong from = 0;
        return each(group, 0, 2, &from, visit, 0); // H5_INDEX_NAME, H5_ITER_NATIVE
    }
}
