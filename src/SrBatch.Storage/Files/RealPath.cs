using System.Runtime.InteropServices;

namespace SrBatch.Storage.Files;

/// <summary>Paths without symbolic links, <c>.</c> and <c>..</c>, as the kernel sees them.</summary>
public static class RealPath
{
    /// <returns>Null when there is no such file or folder, or it may not be looked at.</returns>
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
