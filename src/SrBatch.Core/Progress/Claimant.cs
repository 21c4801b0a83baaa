namespace SrBatch.Core.Progress;

/// <summary>Who is at work on an image or a training, as its claim tells everybody who reads the run folder.</summary>
public sealed record Claimant
{
    /// <summary>Id of the image; of a training its group, empty for that on all images.</summary>
    public required string Work { get; init; }

    /// <summary>Within which a process number means one process.</summary>
    public required string Machine { get; init; }
    public required int Process { get; init; }

    /// <summary>When the process started, in the machine's clock ticks: process numbers are used again.</summary>
    public required long ProcessStart { get; init; }

    /// <summary>For people: Slurm's name of the node, else the machine's.</summary>
    public required string Node { get; init; }
    public string? JobId { get; init; }
    public int? ArrayTaskId { get; init; }
    public int RestartCount { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Processes that the machine's kernel had ended for lack of memory until then; null: it does not count them.</summary>
    public long? OutOfMemoryKills { get; init; }

    /// <summary>How many attempts in a row died over this work, by what looks like its own doing.</summary>
    public int Deaths { get; init; }

    /// <summary><c>job 12_3 on node n2</c>, or <c>process 4711 on node n2</c> outside Slurm.</summary>
    public string Name => (JobId is null ? $"process {Process}" : ArrayTaskId is null ? $"job {JobId}" : $"job {JobId}_{ArrayTaskId}") + $" on node {Node}";

    /// <summary>True when this is an earlier start of <paramref name="job"/>'s job: Slurm never runs two at once, so it is over.</summary>
    public bool IsEarlierStartOf(Claimant job) => JobId is not null && JobId == job.JobId && ArrayTaskId == job.ArrayTaskId && RestartCount < job.RestartCount;
}
