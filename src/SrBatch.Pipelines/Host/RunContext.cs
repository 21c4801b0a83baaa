using Microsoft.Extensions.Logging;
using SrBatch.Core.Progress;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Host;

/// <summary>The world outside, as a pipeline sees it.</summary>
/// <param name="Log">Lines for people and log collectors, on stderr.</param>
/// <param name="Time">The clock.</param>
/// <param name="Slurm">The job this runs in.</param>
/// <param name="Out">Results, on stdout.</param>
/// <param name="Stop">Set by a signal: stop at the next safe point, save, return <see cref="Core.Errors.ExitCode.Stopped"/>.</param>
public sealed record RunContext(ILogger Log, TimeProvider Time, SlurmJob Slurm, TextWriter Out, CancellationToken Stop)
{
    /// <summary>What this node offers for computing.</summary>
    public ComputeNode Node { get; init; } = new();

    /// <summary>Set when only seconds are left until the process is killed.</summary>
    public CancellationToken KillIsNear { get; init; }

    /// <summary>Counts what is done, for whoever watches.</summary>
    public WorkProgress Progress { get; init; } = new(Time);

    /// <summary>The disk of this node that inputs are copied to; null: they are read where they are.</summary>
    public LocalCopies? Local { get; init; }

    /// <param name="stage">See <see cref="ComputeRequest.Stage"/>.</param>
    /// <returns>To be disposed at the end of the run; null without a folder.</returns>
    public LocalCopies? OpenLocal(string? stage) => stage is null
        ? null
        : new LocalCopies(
            stage, Slurm.Rank.LocalCount, warning => Host.Log.Warning(Log, warning), done => Host.Log.Wrote(Log, done));

    /// <summary>Names this process as the one that does a piece of work.</summary>
    public Claimant Claimant(string work) => Claim.ThisProcess(work, Time.GetUtcNow()) with
    {
        Node = Slurm.NodeName ?? Environment.MachineName,
        JobId = Slurm.ArrayJobId ?? Slurm.JobId,
        ArrayTaskId = Slurm.ArrayTaskId,
        RestartCount = Slurm.RestartCount,
    };

    /// <summary>How images are opened: reading that fails for a moment is logged and repeated.</summary>
    /// <param name="linkedFolders">See <see cref="Core.Planning.Plan.LinkedFolders"/>; none where there is no manifest.</param>
    public Hdf5ReadOptions Reading(IReadOnlyList<string> linkedFolders) => new()
    {
        LinkedFolders = linkedFolders,
        Copies = Local,
        Retry = new SharedDiskRetry(Time, (attempt, fault) =>
            Host.Log.Warning(Log, $"{fault.Message} Attempt {attempt} of {SharedDiskRetry.MostAttempts}; trying again.")),
    };
}
