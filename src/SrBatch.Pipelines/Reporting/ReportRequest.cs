namespace SrBatch.Pipelines.Reporting;

/// <summary>Which run to report on.</summary>
public sealed record ReportRequest
{
    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>Folder of a table of many runs that gets this run's rows; null: none.</summary>
    public string? Collect { get; init; }
}
