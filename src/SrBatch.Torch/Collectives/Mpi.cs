using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// The functions of MPI that training needs. All handles are native integers: Open MPI and the ABI of MPI 5 use pointers, and MPICH's C
/// int is passed in the low half of the same register, on x86-64 and on AArch64.
/// </summary>
internal static partial class Mpi
{
    /// <summary>Name for the library that <see cref="MpiLibrary"/> found.</summary>
    public const string Library = "srbatch-mpi";

    [LibraryImport(Library)]
    public static partial int MPI_Get_library_version(Span<byte> version, out int length);

    [LibraryImport(Library)]
    public static partial int MPI_Abi_get_version(out int major, out int minor);

    [LibraryImport(Library)]
    public static partial int MPI_Init_thread(nint argumentCount, nint arguments, int required, out int provided);

    [LibraryImport(Library)]
    public static partial int MPI_Finalize();

    [LibraryImport(Library)]
    public static partial int MPI_Abort(nint communicator, int code);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_rank(nint communicator, out int rank);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_size(nint communicator, out int size);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_set_errhandler(nint communicator, nint handler);

    [LibraryImport(Library)]
    public static partial int MPI_Error_string(int code, Span<byte> text, out int length);

    [LibraryImport(Library)]
    public static partial int MPI_Barrier(nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Bcast(nint buffer, int count, nint type, int root, nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Allreduce(nint send, nint receive, int count, nint type, nint operation, nint communicator);
}
