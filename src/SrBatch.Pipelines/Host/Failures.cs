using SrBatch.Core.Errors;

namespace SrBatch.Pipelines.Host;

/// <summary>What an exception that nobody handled means to the user.</summary>
public static class Failures
{
    /// <summary>Logs it.</summary>
    /// <returns>What the process ends with.</returns>
    public static ExitCode Report(Exception fault, RunContext context)
    {
        switch (fault)
        {
            case SrBatchException known:
                Log.Failed(context.Log, known.Message);
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
