using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>The error stack of the calling thread.</summary>
internal static partial class H5E
{
    /// <summary>H5E_DEFAULT: the current stack.</summary>
    internal const long Default = 0;

    /// <summary>H5E_WALK_UPWARD: from the innermost cause to the function called.</summary>
    internal const int Upward = 0;

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Eset_auto2")]
    internal static partial int set_auto(long stack, nint callback, nint data);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Ewalk2")]
    internal static unsafe partial int walk(
        long stack,
        int direction,
        delegate* unmanaged<uint, ErrorRecord*, nint, int> callback,
        nint data);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Eclear2")]
    internal static partial int clear(long stack);

    /// <summary>H5E_error2_t.</summary>
    internal struct ErrorRecord
    {
        internal long ClassId;
        internal long Major;
        internal long Minor;
        internal uint Line;
        internal nint Function;
        internal nint File;
        internal nint Description;
    }
}
