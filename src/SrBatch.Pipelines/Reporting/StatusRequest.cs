namespace SrBatch.Pipelines.Reporting;

/// <summary>Which run to look at.</summary>
public sealed record StatusRequest
{
    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>JSON instead of text.</summary>
    public bool Json { get; init; }

    /// <summary>Prometheus' text format instead of text.</summary>
    public bool Prometheus { get; init; }
}
