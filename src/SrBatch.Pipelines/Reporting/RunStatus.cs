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

    /// <summary>Of the training on all images.</summary>
    public required int Step { get; init; }
    public required int Steps { get; init; }
    public required bool ModelWritten { get; init; }
    public required double? StepsPerSecond { get; init; }

    /// <summary>Whether the training on all images has begun.</summary>
    public required bool TrainingBegun { get; init; }

    /// <summary>Trainings of single groups that have begun.</summary>
    public required IReadOnlyList<TrainingStatus> Groups { get; init; }

    /// <summary>All images except those for training: done, failed or left.</summary>
    public required int Images { get; init; }
    public required int Done { get; init; }
    public required int Left { get; init; }
    public required IReadOnlyList<FailedImage> Failed { get; init; }

    /// <summary>Tasks that are working now.</summary>
    public required IReadOnlyList<TaskStatus> Tasks { get; init; }

    /// <summary>What they are working on.</summary>
    public required IReadOnlyList<RunningWork> Running { get; init; }

    /// <summary>Of all infer tasks that are working now together; null when none has done an image yet.</summary>
    public required double? ImagesPerSecond { get; init; }

    /// <summary>Until all images are done, at the speed of the tasks that are working now.</summary>
    public required double? SecondsLeft { get; init; }

    /// <summary>Used by all attempts so far, by verb and device.</summary>
    public required IReadOnlyList<UsageSum> Usage { get; init; }

    [JsonIgnore]
    public TrainingStatus Whole => new(null, Step, Steps, ModelWritten, StepsPerSecond, TrainingBegun);
}
