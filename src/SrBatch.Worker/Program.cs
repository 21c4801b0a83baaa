using Microsoft.Extensions.Logging;
using SrBatch.Core.Errors;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Logging;
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
        try
        {
            bool isChild = verb.IsSupervised && Supervisor.Join();
            if (!isChild && verb is ComputeVerbOptions && LaunchForm.Hint(SlurmEnvironment.Read()) is { } hint)
            {
                Log.Warning(log, hint);
            }
            if (verb.IsSupervised && !isChild && Supervisor.Run(args, log, stop.Token) is { } ended)
            {
                return ended;
            }
            return (int)VerbCatalog.Run(verb, new RunContext(log, TimeProvider.System, SlurmEnvironment.Read(), Console.Out, stop.Token));
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Log.StoppedEarly(log);
            return (int)ExitCode.Stopped;
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
}
