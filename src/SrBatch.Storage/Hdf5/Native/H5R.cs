using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>References.</summary>
internal static partial class H5R
{
    /// <summary>H5R_OBJECT, from 1.12 on H5R_OBJECT1.</summary>
    internal const int Object = 0;

    /// <param name="reference">hobj_ref_t: the object's address.</param>
    /// <param name="space">-1 for an object.</param>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Rcreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int create(out ulong reference, long location, string name, int kind, long space);

    /// <summary>Opens the object that a reference in <paramref name="obj"/>'s file refers to.</summary>
    /// <returns>Negative if the object is missing, or if the library was built without the functions deprecated since 1.12.</returns>
    internal static unsafe long dereference(long obj, void* reference)
    {
        var open = (delegate* unmanaged<long, long, int, void*, long>)Hdf5Library.TryExport("H5Rdereference2");
        return open is null ? -1 : open(obj, H5P.Default, Object, reference);
    }
}
