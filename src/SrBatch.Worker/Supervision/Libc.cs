using System.Runtime.InteropServices;

namespace SrBatch.Worker.Supervision;

/// <summary>The calls of the C library on processes that .NET has no way to make. Names and arguments are C's.</summary>
internal static partial class Libc
{
    internal const int PR_SET_PDEATHSIG = 1, SIGKILL = 9, SIGTERM = 15, SIGCONT = 18;

    [LibraryImport("libc.so.6")]
    internal static partial int kill(int process, int signal);

    [LibraryImport("libc.so.6")]
    internal static partial int prctl(int option, nuint argument);

    [LibraryImport("libc.so.6")]
    internal static partial int getppid();
}
