using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SrBatch.Storage.Files;

/// <summary>Opens files named by users or other files, and does not hang on a pipe in their place.</summary>
internal static class RegularFile
{
    /// <returns>A handle for reading; null for a folder, a pipe or anything else without a length.</returns>
    /// <exception cref="IOException">The system refused to open it; the HResult is the errno.</exception>
    internal static SafeFileHandle? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            return null;
        }
        var descriptor = Libc.open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (descriptor < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw new IOException(Marshal.GetPInvokeErrorMessage(errno), errno);
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            _ = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException)
        {
            handle.Dispose();
            return null;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>True if the file can be opened and has a length.</summary>
    internal static bool IsAt(string path)
    {
        try
        {
            using var handle = TryOpen(path);
            return handle is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
