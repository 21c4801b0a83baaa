using System.Runtime.InteropServices;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Collectives;

namespace SrBatch.Tests.Torch.Collectives;

/// <summary>nccl_standin.c as a library: compiled with the C compiler, loaded once for the whole process, as NCCL is.</summary>
internal static unsafe class NcclStandIn
{
    private static readonly Lazy<nint> Loaded = new(() =>
    {
        // The file may go once it is loaded.
        using var folder = new TemporaryFolder();
        string path = Compile(folder);
        Assert.Equal(path, NcclLibrary.Load(name => name == "SRBATCH_NCCL" ? path : null));
        return NativeLibrary.Load(path);
    });

    /// <summary>What it was called with since the last <see cref="Reset"/>.</summary>
    public static string[] Calls => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Function("standin_log"))())!.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static string Compile(TemporaryFolder folder)
    {
        string path = folder.File("libstandin.so");
        ChildProcess.Run("clang", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", path, SourceTree.Tests("Torch", "Collectives", "nccl_standin.c"));
        return path;
    }

    /// <summary>Loads it, forgets its calls and failures.</summary>
    public static void Reset() => ((delegate* unmanaged<void>)Function("standin_reset"))();

    /// <param name="now">Result of the next call.</param>
    /// <param name="later">What ncclCommGetAsyncError tells from now on.</param>
    public static void Fail(int now, int later) => ((delegate* unmanaged<int, int, void>)Function("standin_fail"))(now, later);

    private static nint Function(string name) => NativeLibrary.GetExport(Loaded.Value, name);
}
