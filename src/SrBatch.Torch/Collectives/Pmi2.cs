using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// The functions of Slurm's pmi2.h by which the tasks of a step exchange texts (srun --mpi=pmi2). They return 0 when they succeed.
/// </summary>
internal static partial class Pmi2
{
    private const string Library = "libpmi2.so.0";

    /// <summary>PMI2_MAX_VALLEN, plus the terminating 0.</summary>
    public const int MostValueBytes = 1025;

    [LibraryImport(Library)]
    public static partial int PMI2_Init(out int isSpawned, out int size, out int rank, out int application);

    [LibraryImport(Library)]
    public static partial int PMI2_Finalize();

    [LibraryImport(Library)]
    public static partial int PMI2_Job_GetId(Span<byte> job, int room);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PMI2_KVS_Put(string key, string value);

    [LibraryImport(Library)]
    public static partial int PMI2_KVS_Fence();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PMI2_KVS_Get(Span<byte> job, int source, string key, Span<byte> value, int room, out int length);
}
