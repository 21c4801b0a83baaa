using Microsoft.Extensions.Logging;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Logging;
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
        SlurmJob slurm = SlurmEnvironment.Read();
        // Of the ranks of a training, the first one alone reports progress.
        bool isQuiet = slurm.Rank.Index > 0 && verb is TrainVerb;
        LogLevel least = verb.Quiet || isQuiet ? LogLevel.Warning : LogLevel.Information;
        using var logs = new StderrLoggerProvider(Console.Error, verb.LogFormat, least, TimeProvider.System);
        var context = new RunContext(logs.CreateLogger("srbatch"), TimeProvider.System, slurm, Console.Out, StopSignals.Token)
        {
            Hurry = StopSignals.Hurry,
            Node = NodeEnvironment.Read(slurm.Rank.Local),
        };
        try
        {
            return new VerbProcess(verb, args, isQuiet, context).Run();
        }
        catch (Exception fault)
        {
            return (int)Failures.Report(fault, context);
        }
    }
}
