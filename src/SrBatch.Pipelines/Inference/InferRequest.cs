using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Inference;

/// <summary>Which images to enhance, and with which model.</summary>
public sealed record InferRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>A model file, a package, a run folder, or several of these, separated by commas; null: the run's own.</summary>
    public string? Model { get; init; }

    /// <summary><c>I/N</c>; null: the array task's shard of the plan, else all.</summary>
    public string? Shard { get; init; }

    /// <summary>Splits separated by commas; null: validation, test and infer.</summary>
    public string? Split { get; init; }

    /// <summary>Memory that the process may use, bytes; null: what Slurm or the control group gives.</summary>
    public long? MemoryBytes { get; init; }

    public ComputeRequest Compute { get; init; } = new();
}
