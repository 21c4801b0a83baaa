using System.Runtime.InteropServices;

namespace SrBatch.Worker.Supervision;

/// <summary>Process functions of the C library that .NET does not offer. Names and arguments are those of C.</summary>
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
