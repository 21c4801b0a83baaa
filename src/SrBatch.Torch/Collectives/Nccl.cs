using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Torch.Collectives;

/// <summary>The functions of nccl.h that training needs (NCCL 2.4 and later). They return 0 when they succeed.</summary>
internal static partial class Nccl
{
    /// <summary>Name for the library that <see cref="NcclLibrary"/> found.</summary>
    public const string Library = "srbatch-nccl";

    /// <summary>ncclSum.</summary>
    public const int OperationSum = 0;

    /// <exception cref="SrBatchException">Exit code 69, with NCCL's own message.</exception>
    public static void Require(int result, string call)
    {
        if (result != 0)
        {
            throw new SrBatchException(ExitCode.Unavailable, $"{call} failed: {Text(result)}. NCCL_DEBUG=INFO makes NCCL log more.");
        }
    }

    /// <summary>NCCL's own message for a result, and for its latest error where it keeps one (2.13 and later).</summary>
    public static string Text(int result)
    {
        string last = "";
        try
        {
            last = Marshal.PtrToStringUTF8(ncclGetLastError(0)) ?? "";
        }
        catch (EntryPointNotFoundException)
        {
            // An older NCCL.
        }
        string latest = last.Length > 0 ? "; " + last.ReplaceLineEndings(" ").Trim() : "";
        return $"{Marshal.PtrToStringUTF8(ncclGetErrorString(result))}{latest} (NCCL error {result})";
    }

    [LibraryImport(Library)]
    public static partial int ncclGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial int ncclGetUniqueId(out NcclId id);

    /// <param name="id">Passed by value: 128 bytes on the stack.</param>
    [LibraryImport(Library)]
    public static partial int ncclCommInitRank(out nint communicator, int size, NcclId id, int rank);

    [LibraryImport(Library)]
    public static partial int ncclCommDestroy(nint communicator);

    [LibraryImport(Library)]
    public static partial int ncclCommAbort(nint communicator);

    [LibraryImport(Library)]
    public static partial int ncclCommGetAsyncError(nint communicator, out int result);

    [LibraryImport(Library)]
    public static partial int ncclAllReduce(
        nint send, nint receive, nuint count, NcclType type, int operation, nint communicator, nint stream);

    [LibraryImport(Library)]
    public static partial int ncclBroadcast(nint send, nint receive, nuint count, NcclType type, int root, nint communicator, nint stream);

    [LibraryImport(Library)]
    private static partial nint ncclGetErrorString(int result);

    [LibraryImport(Library)]
    private static partial nint ncclGetLastError(nint communicator);
}
