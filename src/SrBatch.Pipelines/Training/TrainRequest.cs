using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Training;

/// <summary>What to train, and what replaces settings of the manifest.</summary>
public sealed record TrainRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>Replaces the manifest's training.steps, unless null.</summary>
    public int? Steps { get; init; }

    /// <summary>Replaces the manifest's training.seed, unless null.</summary>
    public long? Seed { get; init; }

    /// <summary>The group to train on; null: all images.</summary>
    public string? Group { get; init; }

    /// <summary>Trains on the group whose number is that of the array task.</summary>
    public bool GroupOfTask { get; init; }

    /// <summary>Model, checkpoint or run folder whose weights the training starts with; null: random weights.</summary>
    public string? Init { get; init; }

    /// <summary>Longest wait for another process; then all processes end.</summary>
    public TimeSpan RankTimeout { get; init; } = TimeSpan.FromMinutes(10);

    public ComputeRequest Compute { get; init; } = new();
}
