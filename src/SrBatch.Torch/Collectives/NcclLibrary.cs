using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Torch.Native;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Finds NCCL at run time. libtorch's own comes first, as two libraries in one process would make two sets of connections.
/// libtorch_cuda.so either contains NCCL or needs libnccl.so.2, which Python's packages put beside it; the loader finds functions in
/// both.
/// </summary>
internal static class NcclLibrary
{
    /// <summary>Value of SRBATCH_NCCL for using MPI and main memory instead.</summary>
    public const string None = "none";

    private const string Variable = "SRBATCH_NCCL";

    /// <summary>The user's choice, or null.</summary>
    public static string? Chosen(Func<string, string?> variable) => variable(Variable) is { Length: > 0 } chosen ? chosen : null;

    /// <param name="variable">Reads environment variables. SRBATCH_NCCL is the library's path or name.</param>
    /// <returns>Path or name of the loaded library.</returns>
    /// <exception cref="SrBatchException">Exit code 69: no library loads; the message lists what was tried.</exception>
    public static string Load(Func<string, string?> variable)
    {
        var tried = new List<string>();
        foreach (string name in Candidates(variable, AppContext.BaseDirectory))
        {
            nint library = SharedLibrary.TryLoad(name, isWhole: false, out string? fault);
            if (library != 0 && NativeLibrary.TryGetExport(library, nameof(Nccl.ncclAllReduce), out _))
            {
                CollectiveLibraries.Serve(Nccl.Library, library);
                return name;
            }
            tried.Add(fault ?? $"{name}: has no {nameof(Nccl.ncclAllReduce)}");
        }
        throw new SrBatchException(
            ExitCode.Unavailable,
            $"no NCCL library loads; tried {string.Join("; ", tried)}. Load the cluster's NCCL module, set {Variable} to its libnccl.so.2, "
                + $"or set {Variable}={None} to use MPI and main memory, which is slower.");
    }

    /// <summary>The loaded library's version, e.g. <c>2.27.3</c>.</summary>
    public static string Version()
    {
        Nccl.Require(Nccl.ncclGetVersion(out int version), nameof(Nccl.ncclGetVersion));
        return Version(version);
    }

    /// <summary>Decodes NCCL_VERSION of nccl.h: 2708 is 2.7.8, and, from 2.9 on, 22703 is 2.27.3.</summary>
    internal static string Version(int code)
    {
        int major = code < 10000 ? 1000 : 10000;
        return $"{code / major}.{code % major / 100}.{code % 100}";
    }

    /// <param name="variable">Reads environment variables.</param>
    /// <param name="ownFolder">Folder of the binary and of the libtorch that comes with it.</param>
    internal static IEnumerable<string> Candidates(Func<string, string?> variable, string ownFolder)
    {
        if (Chosen(variable) is { } chosen)
        {
            return [chosen];
        }
        string torch = variable("SRBATCH_TORCH") is { Length: > 0 } site ? site : ownFolder;
        string pythonPackage = Path.GetFullPath(Path.Combine(torch, "../../nvidia/nccl/lib/libnccl.so.2"));
        return [Path.Combine(torch, "libtorch_cuda.so"), pythonPackage, "libnccl.so.2"];
    }
}
