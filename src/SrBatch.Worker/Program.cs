using Microsoft.Extensions.Logging;
using SrBatch.Core.Errors;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Runs;
using SrBatch.Worker.Supervision;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker;

public static class Program
{
    public static int Main(string[] args)
    {
        // First of all: a signal that comes before its handler kills without a trace.
        using var stop = new StopSignals();
        if (CommandLineReader.Read(args, Console.Out, Console.Error, out ExitCode early) is not { } verb)
        {
            return (int)early;
        }
        using var logs = new StderrLoggerProvider(Console.Error, verb.LogFormat, verb.Quiet ? LogLevel.Warning : LogLevel.Information, TimeProvider.System);
        ILogger log = logs.CreateLogger("srbatch");
        var context = new RunContext(log, TimeProvider.System, SlurmEnvironment.Read(), Console.Out, stop.Token);
        try
        {
            bool isChild = verb.IsSupervised && Supervisor.Join();
            if (!isChild && verb is ComputeVerbOptions && LaunchForm.Hint(context.Slurm) is { } hint)
            {
                Log.Warning(log, hint);
            }
            int ended = Work(verb, args, isChild, context);
            if (ended == (int)ExitCode.Stopped && !isChild && verb is ComputeVerbOptions stopped)
            {
                RestartLimit.Of(stopped, context).Stopped();
            }
            return ended;
        }
        catch (SrBatchException fault)
        {
            Log.Failed(log, fault.Message);
            return (int)fault.ExitCode;
        }
        catch (Exception fault)
        {
            Log.Bug(log, fault);
            return (int)ExitCode.Bug;
        }
    }

    private static int Work(VerbOptions verb, string[] args, bool isChild, RunContext context)
    {
        try
        {
            return (verb.IsSupervised && !isChild ? Supervisor.Run(args, context.Log, context.Stop) : null) ?? (int)VerbCatalog.Run(verb, context);
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            Log.StoppedEarly(context.Log);
            return (int)ExitCode.Stopped;
        }
    }
}
