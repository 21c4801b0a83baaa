namespace SrBatch.Pipelines.Evaluation;

/// <summary>Which outputs to score.</summary>
public sealed record EvaluateRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>Folder of another program's outputs, <c>ID.h5</c>; null: the run's own.</summary>
    public string? Images { get; init; }

    /// <summary>Dataset of those outputs.</summary>
    public string Dataset { get; init; } = "auto";

    /// <summary>Which part of the images, <c>I/N</c>; null: the shard of the array task, else all.</summary>
    public string? Shard { get; init; }

    /// <summary>Scores outputs again whose scores are known.</summary>
    public bool Again { get; init; }

    /// <summary>Scores classical methods on the run's images instead.</summary>
    public bool Baselines { get; init; }
}
