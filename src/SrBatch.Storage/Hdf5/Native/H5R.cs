namespace SrBatch.Storage.Hdf5.Native;

/// <summary>References.</summary>
internal static class H5R
{
    /// <summary>Opens what an object reference of <paramref name="obj"/>'s file leads to.</summary>
    /// <returns>Below 0 when it leads nowhere, or the library was built without what is deprecated since 1.12.</returns>
    internal static unsafe long dereference(long obj, void* reference)
    {
        var open = (delegate* unmanaged<long, long, int, void*, long>)Hdf5Library.TryExport("H5Rdereference2");
        return open is null ? -1 : open(obj, H5P.Default, 0, reference); // H5R_OBJECT
    }
}
