using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>Resolves symbolic links, <c>.</c> and <c>..</c>, as the kernel does.</summary>
public static class RealPath
{
    /// <returns>Null if the file or folder is missing or may not be accessed.</returns>
    public static string? Of(string path)
    {
        if (path.Contains('\0'))
        {
            return null;
        }
        var resolved = Libc.realpath(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            Libc.free(resolved);
        }
    }
}
