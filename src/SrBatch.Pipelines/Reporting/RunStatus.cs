using System.Text.Json.Serialization;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Status of a run as read from its folder.</summary>
internal sealed record RunStatus
{
    public required string Run { get; init; }
    public required string Name { get; init; }

    /// <summary>Of the plan.</summary>
    public required int Shards { get; init; }

    /// <summary>Of the newest checkpoint of the training on all images.</summary>
    public required int Step { get; init; }
    public required int Steps { get; init; }
    public required bool ModelWritten { get; init; }

    /// <summary>Trainings of single groups that have begun.</summary>
    public required IReadOnlyList<TrainingStatus> Groups { get; init; }

    /// <summary>All images except those for training: done, failed or left.</summary>
    public required int Images { get; init; }
    public required int Done { get; init; }
    public required int Left { get; init; }
    public required IReadOnlyList<FailedImage> Failed { get; init; }
    public required IReadOnlyList<RunningWork> Running { get; init; }

    /// <summary>Of all tasks together, while they were working; null with fewer than two outputs.</summary>
    public required double? ImagesPerSecond { get; init; }
    public double? SecondsLeft => ImagesPerSecond is { } rate ? Left / rate : null;

    [JsonIgnore]
    public TrainingStatus Whole => new(null, Step, ModelWritten);
}
