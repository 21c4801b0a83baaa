using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>
/// Ends the process at once, without cleaning up: cleaning up would wait for the locks of a thread that is stuck in native code.
/// </summary>
internal static partial class ProcessEnd
{
    [DoesNotReturn]
    public static void Now(int exitCode)
    {
        _exit(exitCode);
        throw new System.Diagnostics.UnreachableException("_exit returned");
    }

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}
