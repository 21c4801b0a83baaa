using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Supervision;

/// <summary>Runs a verb in this process, or in a supervised child of it.</summary>
/// <param name="verb">The verb and its options.</param>
/// <param name="args">The command line, for the child.</param>
/// <param name="isQuiet">True for a rank that leaves hints and the counting of restarts to the first rank.</param>
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
        int code = Work(isChild);
        if (code == (int)ExitCode.Stopped && !isChild && !isQuiet && verb is ComputeVerbOptions stopped)
        {
            new RestartLimit(new RunFolder(stopped.Run), stopped.Name, stopped.MaxRestarts, context).Stopped();
        }
        return code;
    }

    private int Work(bool isChild)
    {
        try
        {
            int? childCode = verb.IsSupervised && !isChild ? Supervisor.Run(args, context.Log, context.Stop) : null;
            return childCode ?? (int)VerbCatalog.Run(verb, context);
        }
        catch (OperationCanceledException fault) when (context.Stop.IsCancellationRequested)
        {
            return (int)Failures.Report(fault, context);
        }
    }
}
