using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>The way out when another thread is stuck in native code: nothing is tidied up, as tidying waits for that thread's locks.</summary>
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
