using System.Runtime.InteropServices;

namespace SrBatch.Torch.Collectives;

/// <summary>Values of the constants of mpi.h in a library; each of the three ABIs has its own.</summary>
internal sealed record MpiConstants
{
    /// <summary>MPI 5.0, chapter 20.</summary>
    private static readonly MpiConstants Standard = new()
    {
        World = 0x101,
        Float = 0x210,
        Double = 0x214,
        Byte = 0x247,
        Sum = 0x21,
        InPlace = 1,
        ErrorsReturn = 0x143,
        ThreadSerialized = 2048,
    };

    /// <summary>The MPICH ABI Compatibility Initiative: MPICH, Intel MPI, MVAPICH and, as cray-mpich-abi, Cray's.</summary>
    private static readonly MpiConstants Mpich = new()
    {
        World = 0x44000000,
        Float = 0x4c00040a,
        Double = 0x4c00080b,
        Byte = 0x4c00010d,
        Sum = 0x58000003,
        InPlace = -1,
        ErrorsReturn = 0x54000001,
        ThreadSerialized = 2,
    };

    public required nint World { get; init; }
    public required nint Float { get; init; }
    public required nint Double { get; init; }
    public required nint Byte { get; init; }
    public required nint Sum { get; init; }
    public required nint InPlace { get; init; }
    public required nint ErrorsReturn { get; init; }
    public required int ThreadSerialized { get; init; }

    /// <param name="library">The loaded library that <see cref="Mpi"/> calls.</param>
    public static MpiConstants Of(nint library)
    {
        // MPI 5's ABI first: a library with this ABI may depend on one with Open MPI's own symbols.
        if (NativeLibrary.TryGetExport(library, nameof(Mpi.MPI_Abi_get_version), out _)
            && Mpi.MPI_Abi_get_version(out int major, out _) == 0 && major >= 1)
        {
            return Standard;
        }
        if (!NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world))
        {
            return Mpich;
        }
        // Open MPI's handles are addresses of global objects.
        return new MpiConstants
        {
            World = world,
            Float = Object("float"),
            Double = Object("double"),
            Byte = Object("byte"),
            Sum = Object("op_sum"),
            InPlace = 1,
            ErrorsReturn = Object("errors_return"),
            ThreadSerialized = 2,
        };

        nint Object(string name) => NativeLibrary.GetExport(library, $"ompi_mpi_{name}");
    }
}
