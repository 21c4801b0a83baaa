using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Inference;

/// <summary>Faults that cost their image its result, and no other image.</summary>
internal static class ImageFault
{
    /// <summary>Does a stage's work on an image that did not fail; a fault that concerns this image alone fails it.</summary>
    public static void Within(ImageWork image, Action work)
    {
        if (image.Fault is not null)
        {
            return;
        }
        try
        {
            work();
        }
        catch (Exception fault) when (Of(fault) is { } known)
        {
            image.Fail(known);
        }
    }

    /// <returns>What to report; null: the fault concerns more than one image.</returns>
    public static SrBatchException? Of(Exception fault) => fault switch
    {
        SrBatchException { ExitCode: ExitCode.ImagesFailed } known => known,
        _ when Failures.IsLackOfMemory(fault) => NoMemory(fault),
        AggregateException { InnerException: { } inner } => Of(inner), // of a parallel loop
        _ => null,
    };

    private static SrBatchException NoMemory(Exception fault) => new(
        ExitCode.ImagesFailed,
        "it needs more memory than this process may have. Give the job more (sbatch --mem), or set inference.tile lower or to \"auto\".",
        fault);
}
