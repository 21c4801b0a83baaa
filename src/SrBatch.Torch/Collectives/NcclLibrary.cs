using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Finds NCCL at run time, first of all the one that libtorch itself uses: two in one process would be two sets of connections. Builds of libtorch either have
/// it within libtorch_cuda.so or need libnccl.so.2, which Python's packages put beside it; asked for a function, the loader looks through both.
/// </summary>
internal static class NcclLibrary
{
    /// <summary>Value of SRBATCH_NCCL: GPUs go through MPI and main memory.</summary>
    public const string None = "none";

    private const string Variable = "SRBATCH_NCCL";

    /// <summary>The user's own choice; null: there is none.</summary>
    public static string? Chosen(Func<string, string?> variable) => variable(Variable) is { Length: > 0 } chosen ? chosen : null;

    /// <param name="variable">The environment. SRBATCH_NCCL is the library's path or name.</param>
    /// <returns>Where it was found.</returns>
    /// <exception cref="SrBatchException">Exit code 69: there is none; names all that was tried.</exception>
    public static string Load(Func<string, string?> variable)
    {
        var tried = new List<string>();
        foreach (string name in Candidates(variable, AppContext.BaseDirectory))
        {
            try
            {
                nint library = NativeLibrary.Load(name);
                if (NativeLibrary.TryGetExport(library, nameof(Nccl.ncclAllReduce), out _))
                {
                    CollectiveLibraries.Serve(Nccl.Library, library);
                    return name;
                }
                tried.Add($"{name} (has no {nameof(Nccl.ncclAllReduce)})");
            }
            catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
            {
                tried.Add($"{name} ({fault.Message.Split('\n')[0].TrimEnd()})");
            }
        }
        throw new SrBatchException(ExitCode.Unavailable, $"no NCCL library loads; tried {string.Join("; ", tried)}. Load the cluster's NCCL module, set {Variable} to its libnccl.so.2, or set {Variable}={None} to go through MPI and main memory, which is slower.");
    }

    /// <summary>As the library tells it, e.g. <c>2.27.3</c>.</summary>
    public static string Version()
    {
        Nccl.Require(Nccl.ncclGetVersion(out int version), nameof(Nccl.ncclGetVersion));
        return Version(version);
    }

    /// <summary>NCCL_VERSION of nccl.h: 2708 is 2.7.8, and from 2.9 on 22703 is 2.27.3.</summary>
    internal static string Version(int code)
    {
        int major = code < 10000 ? 1000 : 10000;
        return $"{code / major}.{code % major / 100}.{code % 100}";
    }

    /// <param name="variable">The environment.</param>
    /// <param name="ownFolder">Of the binary, where libtorch lies that came with it.</param>
    internal static IEnumerable<string> Candidates(Func<string, string?> variable, string ownFolder)
    {
        if (Chosen(variable) is { } chosen)
        {
            return [chosen];
        }
        string torch = variable("SRBATCH_TORCH") is { Length: > 0 } site ? site : ownFolder;
        return [Path.Combine(torch, "libtorch_cuda.so"), Path.GetFullPath(Path.Combine(torch, "../../nvidia/nccl/lib/libnccl.so.2")), "libnccl.so.2"];
    }
}
