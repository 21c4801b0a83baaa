using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Filters.</summary>
internal static partial class H5Z
{
    /// <returns>Positive if the filter is built in, registered or available as a plugin.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Zfilter_avail")]
    internal static partial int filter_avail(int filter);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Zregister")]
    internal static unsafe partial int register(FilterClass* filter);

    /// <summary>H5Z_class2_t.</summary>
    internal struct FilterClass
    {
        internal int Version;
        internal int Id;
        internal uint Encodes;
        internal uint Decodes;
        internal nint Name;
        internal nint CanApply;
        internal nint SetLocal;
        internal nint Filter;
    }
}
