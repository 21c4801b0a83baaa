using Microsoft.Extensions.Logging;
using SrBatch.Core.Progress;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Host;

/// <summary>What a pipeline gets of the world outside.</summary>
/// <param name="Log">Lines for people and log collectors, on stderr.</param>
/// <param name="Time">The clock.</param>
/// <param name="Slurm">The job this runs in.</param>
/// <param name="Out">Results, on stdout.</param>
/// <param name="Stop">Set by a signal: stop at the next safe point, save, return <see cref="Core.Errors.ExitCode.Stopped"/>.</param>
public sealed record RunContext(ILogger Log, TimeProvider Time, SlurmJob Slurm, TextWriter Out, CancellationToken Stop)
{
    /// <summary>What this node offers for computing.</summary>
    public ComputeNode Node { get; init; } = new();

    /// <summary>Set when there are seconds left to stop in.</summary>
    public CancellationToken Hurry { get; init; }

    /// <summary>This process, at work on something.</summary>
    public Claimant Claimant(string work) => Claim.ThisProcess(work, Time.GetUtcNow()) with
    {
        Node = Slurm.NodeName ?? Environment.MachineName,
        JobId = Slurm.ArrayJobId ?? Slurm.JobId,
        ArrayTaskId = Slurm.ArrayTaskId,
        RestartCount = Slurm.RestartCount,
    };

    /// <summary>How images are opened; what the disk refuses for a moment is logged and tried again.</summary>
    /// <param name="linkedFolders">See <see cref="Core.Planning.Plan.LinkedFolders"/>; none where there is no manifest.</param>
    public Hdf5ReadOptions Reading(IReadOnlyList<string> linkedFolders) => new()
    {
        LinkedFolders = linkedFolders,
        Retry = new SharedDiskRetry(Time, (attempt, fault) => Host.Log.Warning(Log, $"{fault.Message} Attempt {attempt} of {SharedDiskRetry.MostAttempts}; trying again.")),
    };
}
