using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Training;

/// <summary>What to train, and what replaces the manifest's settings.</summary>
public sealed record TrainRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>Instead of the manifest's training.steps; null: as the manifest says.</summary>
    public int? Steps { get; init; }

    /// <summary>Instead of the manifest's training.seed; null: as the manifest says.</summary>
    public long? Seed { get; init; }

    /// <summary>Trains on the images of this group alone; null: on all.</summary>
    public string? Group { get; init; }

    /// <summary>Trains on the group whose number is the array task's.</summary>
    public bool GroupOfTask { get; init; }

    /// <summary>Model, checkpoint or run folder whose weights the training begins with; null: random weights.</summary>
    public string? Init { get; init; }

    /// <summary>Longest that one of several processes waits for another before all of them end.</summary>
    public TimeSpan RankTimeout { get; init; } = TimeSpan.FromMinutes(10);

    public ComputeRequest Compute { get; init; } = new();
}
