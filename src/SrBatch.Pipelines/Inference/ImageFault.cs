using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.Inference;

/// <summary>Faults that cost their image its result and no other.</summary>
internal static class ImageFault
{
    /// <returns>What to say of it; null: it is not the image's alone.</returns>
    public static SrBatchException? Of(Exception fault) => fault switch
    {
        SrBatchException { ExitCode: ExitCode.ImagesFailed } known => known,
        OutOfMemoryException => NoMemory(fault),
        ExternalException when TorchMemory.IsLacking(fault) => NoMemory(fault),
        _ => null,
    };

    private static SrBatchException NoMemory(Exception fault) => new(ExitCode.ImagesFailed, "it needs more memory than this process may have. Give the job more (sbatch --mem), or set inference.tile lower or to \"auto\".", fault);
}
