using System.Globalization;
using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Turns HDF5's error stack into the end of our messages.</summary>
internal static class Hdf5Error
{
    private const int MostCauses = 3;

    /// <summary>Filled by <see cref="Collect"/> under the library's lock.</summary>
    private static readonly List<string> Causes = [];

    /// <summary>Errno of the disk error in the last stack, if there was one.</summary>
    private static int? Errno { get; set; }

    /// <summary>
    /// A reading error (exit 65): <c>FILE: WHAT (HDF5: innermost cause; outer cause)</c>, and a hint if the file may not be finished. If
    /// the disk gave a reason, the inner exception has its errno.
    /// </summary>
    internal static SrBatchException Reading(string file, string what)
    {
        var stack = Stack();
        return new SrBatchException(ExitCode.ImagesFailed, $"{file}: {what} ({stack}).{RecentChange.Hint(file)}",
            Errno is { } errno ? new IOException(stack, errno) : null);
    }

    /// <summary>A writing error (exit 74). If the disk gave a reason, the message says what to do about it.</summary>
    internal static SrBatchException Writing(string file, string what)
    {
        var stack = Stack();
        file = Files.TemporaryName.Target(file);
        return Errno is { } errno
            ? DiskError.Make(file, errno, new IOException($"{what} ({stack})", errno))
            : new SrBatchException(
                ExitCode.CannotWrite,
                $"{file}: {what} ({stack}). Check the disk's space and quota and the folder's permissions.");
    }

    /// <summary>The innermost causes of the last failure, shortened. Clears the stack.</summary>
    internal static unsafe string Stack()
    {
        using var scope = Hdf5Library.Enter();
        Causes.Clear();
        Errno = null;
        _ = H5E.walk(H5E.Default, H5E.Upward, &Collect, 0);
        _ = H5E.clear(H5E.Default);
        return Causes.Count == 0 ? "HDF5 gives no reason" : "HDF5: " + string.Join("; ", Causes.Distinct().Take(MostCauses));
    }

    [UnmanagedCallersOnly]
    private static unsafe int Collect(uint n, H5E.ErrorRecord* record, nint data)
    {
        if (Marshal.PtrToStringUTF8(record->Description) is { Length: > 0 } description)
        {
            Causes.Add(Shortened(description.ReplaceLineEndings(" ").Trim()));
        }
        return 0;
    }

    /// <summary>
    /// <c>file write failed: time = ..., errno = 28, error message = 'No space left on device', buf = ...</c> without time and addresses.
    /// </summary>
    private static string Shortened(string cause)
    {
        const string Number = "errno = ";
        const string Text = "error message = '";
        var number = cause.IndexOf(Number, StringComparison.Ordinal);
        var text = cause.IndexOf(Text, StringComparison.Ordinal);
        var colon = cause.IndexOf(':', StringComparison.Ordinal);
        if (number < 0 || text < 0 || colon < 0)
        {
            return cause;
        }
        var digits = cause[(number + Number.Length)..].Split(',')[0];
        Errno ??= int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var errno) ? errno : null;
        return $"{cause[..colon]}: {cause[(text + Text.Length)..].Split('\'')[0]} (errno {digits})";
    }
}
