using SrBatch.Core.Errors;
using SrBatch.Storage.Files;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.Host;

/// <summary>Turns an exception that nothing else handled into a log line and an exit code.</summary>
public static class Failures
{
    /// <summary>Whether a fault, or one that caused it, says that memory is lacking.</summary>
    public static bool IsLackOfMemory(Exception fault) => fault switch
    {
        OutOfMemoryException => true,
        _ when TorchMemory.IsLacking(fault) => true,
        _ => fault.InnerException is { } inner && IsLackOfMemory(inner),
    };

    /// <returns>The exit code of the process.</returns>
    public static ExitCode Report(Exception fault, RunContext context)
    {
        switch (fault)
        {
            case SrBatchException known:
                Log.Failed(context.Log, context.Slurm.Of(known.Message));
                return known.ExitCode;
            case OperationCanceledException when context.Stop.IsCancellationRequested:
                Log.StoppedEarly(context.Log);
                return ExitCode.Stopped;
            case IOException when WorkingFolder.IsMissing:
                Log.Failed(context.Log, "the working folder has been deleted, and a path is relative to it. "
                    + "Go to a folder that exists and run the command again, or give absolute paths.");
                return ExitCode.Unavailable;
            case var _ when DiskError.IsOfSystem(fault):
                Log.Failed(context.Log, $"{fault.Message} Check the disk, and the owner and mode of this file or folder.");
                return ExitCode.CannotWrite;
            case var _ when IsLackOfMemory(fault):
                Log.Failed(context.Log, "there is not enough memory for this process. Give the job more (sbatch --mem), raise the limits "
                    + "of the shell (ulimit -v), or use smaller images or batches.");
                return ExitCode.Unavailable;
            default:
                Log.Bug(context.Log, fault);
                return ExitCode.Bug;
        }
    }
}
