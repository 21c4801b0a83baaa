namespace SrBatch.Core.Progress;

/// <summary>The process that works on an image or a training, as its claim in the run folder names it.</summary>
public sealed record Claimant
{
    /// <summary>Id of the image, or group of the training; empty for a training on all images.</summary>
    public required string Work { get; init; }

    /// <summary>The machine on which <see cref="Process"/> is unique.</summary>
    public required string Machine { get; init; }
    public required int Process { get; init; }

    /// <summary>Start of the process, in the machine's clock ticks: process numbers are used again.</summary>
    public required long ProcessStart { get; init; }

    /// <summary>For people: Slurm's name of the node, else the name of the machine.</summary>
    public required string Node { get; init; }
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }
    public int RestartCount { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Processes that the kernel had ended for lack of memory by then; null: it does not count them.</summary>
    public long? OutOfMemoryKills { get; init; }

    /// <summary>Attempts that were killed during this work, probably for lack of memory. The work is not to blame.</summary>
    public int MemoryKills { get; init; }

    /// <summary>Number of attempts in a row that crashed, probably because of this work.</summary>
    public int Deaths { get; init; }

    /// <summary><c>job 12_3 on node n2</c>, or <c>process 4711 on node n2</c> outside Slurm.</summary>
    public string Name =>
        (JobId is null ? $"process {Process}" : ArrayTaskId is null ? $"job {JobId}" : $"job {JobId}_{ArrayTaskId}") + $" on node {Node}";

    /// <summary>
    /// True if this is an earlier start of the job that <paramref name="job"/> runs in. Slurm never runs two starts of a job at the same
    /// time, so this one has ended.
    /// </summary>
    public bool IsEarlierStartOf(Claimant job) =>
        JobId is not null && JobId == job.JobId && ArrayTaskId == job.ArrayTaskId && RestartCount < job.RestartCount;
}
