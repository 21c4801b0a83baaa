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
        var streams = StandardStreams.Open();
        // Until the process ends: a signal without a handler would kill it without a trace.
        StopSignals.Catch();
        if (CommandLineReader.Read(args, streams.Out, streams.Error, out ExitCode early) is not { } verb)
        {
            return streams.Settle((int)early, isStopped: false, streams.Error.WriteLine);
        }
        SlurmJob slurm = SlurmEnvironment.Read();
        // Of the ranks of a training, only the first reports progress.
        bool isQuiet = slurm.Rank.Index > 0 && verb is TrainVerb;
        using var stderr = new StderrOutput(streams.Error, verb.LogFormat, verb.Quiet || isQuiet, TimeProvider.System);
        var context = new RunContext(stderr.Log, TimeProvider.System, slurm, streams.Out, StopSignals.Token)
        {
            KillIsNear = StopSignals.KillIsNear,
            Node = NodeEnvironment.Read(slurm.Rank.Local),
            Progress = stderr.Progress,
        };
        int code;
        try
        {
            code = new VerbProcess(verb, args, isQuiet, context).Run();
        }
        catch (Exception fault)
        {
            code = (int)Failures.Report(fault, context);
        }
        return streams.Settle(code, context.Stop.IsCancellationRequested, message => Log.Failed(context.Log, message));
    }
}
