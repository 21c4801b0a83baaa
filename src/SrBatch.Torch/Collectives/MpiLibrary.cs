using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Torch.Native;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Finds the cluster's MPI at run time. The same binary works with Open MPI, with MPICH and libraries of its ABI, and with the ABI of MPI
/// 5.
/// </summary>
public static partial class MpiLibrary
{
    private static readonly string[] OpenMpi = ["libmpi.so.40"];
    private static readonly string[] MpichLike = ["libmpi.so.12", "libmpich.so.12"];
    private static readonly string[] Standard = ["libmpi_abi.so.0"];

    /// <param name="variable">Reads environment variables. SRBATCH_MPI is the library's path or name.</param>
    /// <exception cref="SrBatchException">Exit code 69: no library loads.</exception>
    internal static MpiConstants Load(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        var tried = new List<string>();
        foreach (string name in Candidates(variable))
        {
            nint library = TryLoad(name, out string? fault);
            if (fault is null)
            {
                CollectiveLibraries.Serve(Mpi.Library, library);
                return MpiConstants.Of(library);
            }
            tried.Add(fault);
        }
        throw new SrBatchException(
            ExitCode.Unavailable,
            $"several processes were started, but no MPI library loads; tried {string.Join("; ", tried)}. "
                + "Load the cluster's MPI module, or set SRBATCH_MPI to its libmpi.so.");
    }

    /// <returns>The name of the library that <see cref="Load"/> would load; null when no library loads.</returns>
    public static string? Find(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        return Candidates(variable).FirstOrDefault(Loads);
    }

    /// <summary>The library's first line about itself.</summary>
    internal static string Version()
    {
        Span<byte> text = stackalloc byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING is 256 to 8192
        _ = Mpi.MPI_Get_library_version(text, out int length);
        string whole = Encoding.UTF8.GetString(text[..Math.Clamp(length, 0, text.Length)]);
        return whole.Split('\n', ',')[0].Trim('\0', ' ').Replace('\t', ' ');
    }

    /// <summary>
    /// Whether the library that <see cref="Load"/> would find first belongs to the launcher, as far as environment variables show.
    /// Otherwise MPI_Init may end the process instead of failing, as Open MPI without support for PMI2 does under <c>srun --mpi=pmi2</c>
    /// or <c>none</c>.
    /// </summary>
    internal static bool MayStart(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        return variable("SRBATCH_MPI") is { Length: > 0 }
            || IsPmix(variable)
            || (variable("PMI_RANK") is not null && MpichLike.Concat(Standard).Any(Loads));
    }

    /// <summary>
    /// The library that belongs to the launcher comes first: with another, each process would believe to be the only one.
    /// </summary>
    internal static IEnumerable<string> Candidates(Func<string, string?> variable)
    {
        if (variable("SRBATCH_MPI") is { Length: > 0 } asked)
        {
            return [asked];
        }
        return IsPmix(variable) || variable("PMI_RANK") is null
            ? [.. OpenMpi, .. MpichLike, .. Standard]
            : [.. MpichLike, .. Standard, .. OpenMpi];
    }

    private static bool Loads(string name) => TryLoad(name, out _) != 0;

    /// <param name="fault">Why it cannot be used; null: it can.</param>
    private static nint TryLoad(string name, out string? fault)
    {
        nint library = SharedLibrary.TryLoad(name, isWhole: false, out fault);
        if (library != 0 && !NativeLibrary.TryGetExport(library, nameof(Mpi.MPI_Init_thread), out _))
        {
            fault = $"{name}: has no {nameof(Mpi.MPI_Init_thread)}";
            return 0;
        }
        return library;
    }

    private static bool IsPmix(Func<string, string?> variable) =>
        variable("OMPI_COMM_WORLD_SIZE") is not null || variable("PMIX_RANK") is not null;

    /// <summary>
    /// Keeps UCX, PSM and PSM2, which MPI uses, from handling SIGSEGV and other signals for their own backtraces: each null reference in
    /// .NET would end the process. They read C's environment when they are loaded; .NET's does not reach it.
    /// </summary>
    private static void LeaveSignalsAlone()
    {
        foreach ((string name, string value) in new[] { ("UCX_ERROR_SIGNALS", ""), ("IPATH_NO_BACKTRACE", "1"), ("HFI_NO_BACKTRACE", "1") })
        {
            if (setenv(name, value, overwrite: 1) != 0)
            {
                throw new InvalidOperationException($"setenv {name} failed");
            }
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
