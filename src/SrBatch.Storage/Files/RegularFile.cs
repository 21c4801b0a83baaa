using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SrBatch.Storage.Files;

/// <summary>Opens files that others name, without hanging on a pipe that lies in their place.</summary>
internal static class RegularFile
{
    /// <returns>Open for reading; null when it is a folder, a pipe or another thing without a length.</returns>
    /// <exception cref="IOException">The system refused; its HResult is the errno.</exception>
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

    /// <summary>True when it can be opened and has a length.</summary>
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
