namespace SrBatch.Pipelines.Planning;

/// <summary>What lines for sbatch depend on besides the plan.</summary>
public sealed record SubmitSite
{
    /// <summary>The srbatch to run, absolute.</summary>
    public required string Command { get; init; }

    /// <summary>Folder of the batch scripts.</summary>
    public required string Scripts { get; init; }

    /// <summary>Slurm's MaxArraySize: the numbers of an array's tasks are below it. Default: Slurm's own.</summary>
    public int MostArrayTasks { get; init; } = 1001;

    /// <summary>Longest time limit of the default partition, minutes; null: unknown or none.</summary>
    public int? MostMinutes { get; init; }

    /// <summary>Option for sbatch that asks for a GPU, with a partition that has one; null: no partition has GPUs.</summary>
    public string? GpuOption { get; init; }
}
