using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Supervision;

/// <summary>Runs a verb in this process, or in a supervised child of it.</summary>
/// <param name="verb">The verb and its options.</param>
/// <param name="args">The command line that gave them, for the child.</param>
/// <param name="isQuiet">True for a rank that leaves hints and counting to the first one.</param>
internal sealed class VerbProcess(VerbOptions verb, string[] args, bool isQuiet, RunContext context)
{
    /// <returns>The exit code of the process.</returns>
    public int Run()
    {
        bool isChild = verb.IsSupervised && Supervisor.Join();
        if (!isChild && !isQuiet && verb is ComputeVerbOptions && LaunchForm.Hint(context.Slurm) is { } hint)
        {
            Log.Warning(context.Log, hint);
        }
        int ended = Work(isChild);
        if (ended == (int)ExitCode.Stopped && !isChild && !isQuiet && verb is ComputeVerbOptions stopped)
        {
            new RestartLimit(new RunFolder(stopped.Run), stopped.Name, stopped.MaxRestarts, context).Stopped();
        }
        return ended;
    }

    private int Work(bool isChild)
    {
        try
        {
            int? ofChild = verb.IsSupervised && !isChild ? Supervisor.Run(args, context.Log, context.Stop) : null;
            return ofChild ?? (int)VerbCatalog.Run(verb, context);
        }
        catch (OperationCanceledException fault) when (context.Stop.IsCancellationRequested)
        {
            return (int)Failures.Report(fault, context);
        }
    }
}
