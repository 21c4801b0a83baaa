using System.Globalization;
using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Torch.Native;

/// <summary>The limit on this process's addresses (<c>ulimit -v</c>).</summary>
internal static partial class AddressSpace
{
    /// <summary>
    /// With less, libtorch's libraries end the process themselves in the middle of the work, each with an exit code of its own: with 1.2 to
    /// 1.4 GB, doctor ended with 127 and 1 (Debian 12, 2 cores, 2026-11-30).
    /// </summary>
    private const ulong LeastBytes = 2UL << 30;

    private const int RLIMIT_AS = 9;

    /// <exception cref="SrBatchException">Exit code 69: the limit is too low for libtorch.</exception>
    public static void RequireEnough()
    {
        if (getrlimit(RLIMIT_AS, out Limits limits) == 0 && limits.Current < LeastBytes)
        {
            string found = string.Create(CultureInfo.InvariantCulture, $"{limits.Current / (double)(1 << 30):F1}");
            throw new SrBatchException(
                ExitCode.Unavailable,
                $"this process may use only {found} GiB of addresses (ulimit -v); libtorch needs at least {LeastBytes >> 30}. "
                    + "Raise the limit, best 'ulimit -v unlimited': the memory of a job is limited by sbatch --mem.");
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int getrlimit(int resource, out Limits limits);

    /// <summary>C's struct rlimit.</summary>
    private struct Limits
    {
        public ulong Current;
        public ulong Most;
    }
}
