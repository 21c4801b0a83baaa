using SrBatch.Core.Errors;

namespace SrBatch.Pipelines.Host;

/// <summary>Turns an exception that nothing else handled into a log line and an exit code.</summary>
public static class Failures
{
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
            default:
                Log.Bug(context.Log, fault);
                return ExitCode.Bug;
        }
    }
}
