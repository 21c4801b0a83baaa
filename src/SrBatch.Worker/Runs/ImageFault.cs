using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Worker.Runs;

/// <summary>Faults that cost their image its result and no other.</summary>
internal static class ImageFault
{
    /// <returns>What to say of it; null: it is not the image's alone.</returns>
    public static SrBatchException? Of(Exception fault) => fault switch
    {
        SrBatchException { ExitCode: ExitCode.ImagesFailed } known => known,
        OutOfMemoryException => NoMemory(fault),
        // libtorch's allocators have no type of their own: "DefaultCPUAllocator: can't allocate memory", "CUDA out of memory".
        ExternalException when fault.Message.Contains("can't allocate memory", StringComparison.Ordinal) || fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => NoMemory(fault),
        _ => null,
    };

    private static SrBatchException NoMemory(Exception fault) => new(ExitCode.ImagesFailed, "it needs more memory than this process may have. Give the job more (sbatch --mem), or set inference.tile lower or to \"auto\".", fault);
}
