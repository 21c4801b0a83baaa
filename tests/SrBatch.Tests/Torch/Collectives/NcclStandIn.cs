using System.Runtime.InteropServices;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Collectives;

namespace SrBatch.Tests.Torch.Collectives;

/// <summary>nccl_standin.c as a library: compiled with clang and, like NCCL, loaded once for the whole process.</summary>
internal static unsafe class NcclStandIn
{
    private static readonly Lazy<nint> Loaded = new(() =>
    {
        // The file is not needed after loading.
        using var folder = new TemporaryFolder();
        string path = Compile(folder);
        Assert.Equal(path, NcclLibrary.Load(name => name == "SRBATCH_NCCL" ? path : null));
        return NativeLibrary.Load(path);
    });

    /// <summary>The calls since the last <see cref="Reset"/>.</summary>
    public static string[] Calls
    {
        get
        {
            nint log = ((delegate* unmanaged<nint>)Function("standin_log"))();
            return Marshal.PtrToStringUTF8(log)!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public static string Compile(TemporaryFolder folder)
    {
        string path = folder.File("libstandin.so");
        string source = SourceTree.Tests("Torch", "Collectives", "nccl_standin.c");
        ChildProcess.Run("clang", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", path, source);
        return path;
    }

    /// <summary>Loads it, forgets its calls and failures.</summary>
    public static void Reset() => ((delegate* unmanaged<void>)Function("standin_reset"))();

    /// <param name="now">Result of the next call.</param>
    /// <param name="later">Result that ncclCommGetAsyncError reports from now on.</param>
    public static void Fail(int now, int later) => ((delegate* unmanaged<int, int, void>)Function("standin_fail"))(now, later);

    private static nint Function(string name) => NativeLibrary.GetExport(Loaded.Value, name);
}
