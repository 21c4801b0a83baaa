using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>References.</summary>
internal static partial class H5R
{
    /// <summary>Opens what an object reference of <paramref name="obj"/>'s file leads to; kind 0 is H5R_OBJECT. Deprecated since 1.12, exported up to 2.x.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Rdereference2")]
    internal static unsafe partial long dereference(long obj, long accessList, int kind, void* reference);
}
