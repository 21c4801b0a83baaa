using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5;

/// <summary>Turns HDF5's error stack into the end of a message of ours.</summary>
internal static class Hdf5Error
{
    private const int MostCauses = 3;

    /// <summary>Filled by <see cref="Collect"/> under the library's lock.</summary>
    private static readonly List<string> Causes = [];

    /// <summary>A reading error (exit 65): <c>FILE: WHAT (HDF5: innermost cause; what that made fail)</c>.</summary>
    internal static SrBatchException Reading(string file, string what) => new(ExitCode.ImagesFailed, $"{file}: {what} ({Stack()}).");

    /// <summary>A writing error (exit 74).</summary>
    internal static SrBatchException Writing(string file, string what) =>
        new(ExitCode.CannotWrite, $"{file}: {what} ({Stack()}). Check the disk's space and quota and the folder's permissions.");

    /// <summary>The innermost causes of the last failure, compact. The stack is empty afterwards.</summary>
    internal static unsafe string Stack()
    {
        using var scope = Hdf5Library.Enter();
        Causes.Clear();
        _ = H5E.walk(H5E.Default, H5E.Upward, &Collect, 0);
        _ = H5E.clear(H5E.Default);
        return Causes.Count == 0 ? "HDF5 gives no reason" : "HDF5: " + string.Join("; ", Causes.Distinct().Take(MostCauses));
    }

    [UnmanagedCallersOnly]
    private static unsafe int Collect(uint n, H5E.ErrorRecord* record, nint data)
    {
        if (Marshal.PtrToStringUTF8(record->Description) is { Length: > 0 } description)
        {
            // Some causes carry the strerror text, a number and a buffer address on top; one line is enough.
            Causes.Add(description.ReplaceLineEndings(" ").Trim());
        }
        return 0;
    }
}
