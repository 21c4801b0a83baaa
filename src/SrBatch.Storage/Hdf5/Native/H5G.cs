using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Groups.</summary>
internal static partial class H5G
{
    /// <summary>H5G_info_t; padded so that a later version may append.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct Info
    {
        [FieldOffset(8)]
        internal ulong Links;
    }

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Gget_info")]
    internal static partial int get_info(long group, out Info info);
}
