using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Core.Errors;

namespace SrBatch.Torch.Collectives;

/// <summary>Finds the cluster's MPI at run time: one binary serves Open MPI, MPICH and its kin, and the ABI of MPI 5.</summary>
public static partial class MpiLibrary
{
    private static readonly string[] OpenMpi = ["libmpi.so.40"], MpichLike = ["libmpi.so.12", "libmpich.so.12"], Standard = ["libmpi_abi.so.0"];

    /// <param name="variable">The environment. SRBATCH_MPI is the library's path or name.</param>
    /// <exception cref="SrBatchException">Exit code 69: there is none.</exception>
    internal static MpiConstants Load(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        var tried = new List<string>();
        foreach (string name in Candidates(variable))
        {
            try
            {
                nint library = NativeLibrary.Load(name);
                CollectiveLibraries.Serve(Mpi.Library, library);
                return MpiConstants.Of(library);
            }
            catch (DllNotFoundException fault)
            {
                tried.Add($"{name} ({fault.Message.Split('\n')[0]})");
            }
        }
        throw new SrBatchException(ExitCode.Unavailable, $"several processes were started, but no MPI library loads; tried {string.Join("; ", tried)}. Load the cluster's MPI module, or set SRBATCH_MPI to its libmpi.so.");
    }

    /// <returns>The library that <see cref="Load"/> would take, by the name that loads it; null: there is none.</returns>
    public static string? Find(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        return Candidates(variable).FirstOrDefault(name => NativeLibrary.TryLoad(name, out _));
    }

    /// <summary>The library's first line about itself.</summary>
    internal static string Version()
    {
        Span<byte> text = stackalloc byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING is 256 to 8192
        _ = Mpi.MPI_Get_library_version(text, out int length);
        return Encoding.UTF8.GetString(text[..Math.Clamp(length, 0, text.Length)]).Split('\n', ',')[0].Trim('\0', ' ').Replace('\t', ' ');
    }

    /// <summary>
    /// Whether the library that <see cref="Load"/> would find first belongs to the launcher, as far as the environment tells. Under another, MPI_Init may end the
    /// process instead of failing: Open MPI does, where srun was started with <c>--mpi=pmi2</c> or <c>none</c> and it has no support for that.
    /// </summary>
    internal static bool MayStart(Func<string, string?> variable)
    {
        LeaveSignalsAlone();
        return variable("SRBATCH_MPI") is { Length: > 0 } || IsPmix(variable) || (variable("PMI_RANK") is not null && MpichLike.Concat(Standard).Any(name => NativeLibrary.TryLoad(name, out _)));
    }

    /// <summary>First of all the kind of library that the launcher belongs to: another would take each process for the only one.</summary>
    internal static IEnumerable<string> Candidates(Func<string, string?> variable)
    {
        if (variable("SRBATCH_MPI") is { Length: > 0 } asked)
        {
            return [asked];
        }
        return IsPmix(variable) || variable("PMI_RANK") is null ? [.. OpenMpi, .. MpichLike, .. Standard] : [.. MpichLike, .. Standard, .. OpenMpi];
    }

    private static bool IsPmix(Func<string, string?> variable) => variable("OMPI_COMM_WORLD_SIZE") is not null || variable("PMIX_RANK") is not null;

    /// <summary>
    /// UCX, PSM and PSM2 under MPI take SIGSEGV and others for their own backtraces, and every null reference of .NET then ends the process. They read the C
    /// environment, which .NET's does not reach, when they are loaded.
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
