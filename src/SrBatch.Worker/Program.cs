using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Supervision;
using SrBatch.Worker.Terminal;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker;

public static class Program
{
    public static int Main(string[] args)
    {
        // First, and until the process ends: a signal without a handler would kill it without a trace.
        StopSignals.Catch();
        if (CommandLineReader.Read(args, Console.Out, Console.Error, out ExitCode early) is not { } verb)
        {
            return (int)early;
        }
        SlurmJob slurm = SlurmEnvironment.Read();
        // Of the ranks of a training, only the first reports progress.
        bool isQuiet = slurm.Rank.Index > 0 && verb is TrainVerb;
        using var stderr = new StderrOutput(verb.LogFormat, verb.Quiet || isQuiet, TimeProvider.System);
        var context = new RunContext(stderr.Log, TimeProvider.System, slurm, Console.Out, StopSignals.Token)
        {
            KillIsNear = StopSignals.KillIsNear,
            Node = NodeEnvironment.Read(slurm.Rank.Local),
            Progress = stderr.Progress,
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
