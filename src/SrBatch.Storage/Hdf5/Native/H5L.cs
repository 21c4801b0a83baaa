using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Links.</summary>
internal static partial class H5L
{
    internal const int Hard = 0;
    internal const int Soft = 1;
    internal const int External = 64;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Lexists", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int exists(long location, string name, long accessList);

    /// <summary>Value of a soft or external link.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Lget_val", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int get_val(long location, string name, byte* value, nuint size, long accessList);

    /// <summary>Splits the value of an external link; the two names point into <paramref name="value"/>.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Lunpack_elink_val")]
    internal static unsafe partial int unpack_elink_val(byte* value, nuint size, out uint flags, out byte* file, out byte* path);

    /// <summary>
    /// Visits the links of a group ordered by name (H5_INDEX_NAME, H5_ITER_INC). The callback gets the group, the name, the link's info,
    /// which begins with its kind (H5L_type_t) in every version, and <paramref name="data"/>. It returns 0 to continue, a positive value to
    /// stop, a negative value on failure.
    /// </summary>
    internal static unsafe int iterate(long group, delegate* unmanaged<long, byte*, int*, nint, int> visit, nint data)
    {
        // 1.10 exports H5Literate, 1.12 and later H5Literate1 and H5Literate2.
        var iterate = (delegate* unmanaged<long, int, int, ulong*, delegate* unmanaged<long, byte*, int*, nint, int>, nint, int>)
            Hdf5Library.Export("H5Literate2", "H5Literate1", "H5Literate");
        ulong next = 0;
        return iterate(group, 0, 0, &next, visit, data);
    }

    /// <summary>
    /// Calls <paramref name="visit"/> (group, name, info, data) for each link of a group, in the fastest order, until it returns a value
    /// other than 0.
    /// </summary>
    internal static unsafe int iterate(long group, delegate* unmanaged<long, byte*, nint, nint, int> visit)
    {
        // The versions differ only in the info, which is not used.
        var each = (delegate* unmanaged<long, int, int, ulong*, delegate* unmanaged<long, byte*, nint, nint, int>, nint, int>)
            Hdf5Library.Export("H5Literate2", "H5Literate1", "H5Literate");
        ulong from = 0;
        return each(group, 0, 2, &from, visit, 0); // H5_INDEX_NAME, H5_ITER_NATIVE
    }
}
