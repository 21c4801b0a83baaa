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
        // First of all, and to the very end: a signal that comes before its handler or after it kills without a trace.
        StopSignals.Catch();
        if (CommandLineReader.Read(args, Console.Out, Console.Error, out ExitCode early) is not { } verb)
        {
            return (int)early;
        }
        SlurmEnvironment slurm = SlurmEnvironment.Read();
        // Of a training's ranks one tells how it goes.
        bool isTold = slurm.Rank.Index > 0 && verb is TrainVerb;
        using var logs = new StderrLoggerProvider(Console.Error, verb.LogFormat, verb.Quiet || isTold ? LogLevel.Warning : LogLevel.Information, TimeProvider.System);
        var context = new RunContext(logs.CreateLogger("srbatch"), TimeProvider.System, slurm, Console.Out, StopSignals.Token) { Hurry = StopSignals.Hurry };
        try
        {
            bool isChild = verb.IsSupervised && Supervisor.Join();
            if (!isChild && !isTold && verb is ComputeVerbOptions && LaunchForm.Hint(slurm) is { } hint)
            {
                Log.Warning(context.Log, hint);
            }
            int ended = Work(verb, args, isChild, context);
            if (ended == (int)ExitCode.Stopped && !isChild && !isTold && verb is ComputeVerbOptions stopped)
            {
                RestartLimit.Of(stopped, context).Stopped();
            }
            return ended;
        }
        catch (Exception fault)
        {
            return (int)Failures.Report(fault, context);
        }
    }

    private static int Work(VerbOptions verb, string[] args, bool isChild, RunContext context)
    {
        try
        {
            return (verb.IsSupervised && !isChild ? Supervisor.Run(args, context.Log, context.Stop) : null) ?? (int)VerbCatalog.Run(verb, context);
        }
        catch (OperationCanceledException fault) when (context.Stop.IsCancellationRequested)
        {
            return (int)Failures.Report(fault, context);
        }
    }
}
