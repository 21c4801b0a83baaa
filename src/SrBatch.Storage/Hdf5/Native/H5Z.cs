using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Filters.</summary>
internal static partial class H5Z
{
    /// <returns>Above 0 when the filter is built in, registered or found as a plugin.</returns>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Zfilter_avail")]
    internal static partial int filter_avail(int filter);
}
