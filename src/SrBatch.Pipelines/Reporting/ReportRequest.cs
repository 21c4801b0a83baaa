namespace SrBatch.Pipelines.Reporting;

/// <summary>Which run to report on.</summary>
public sealed record ReportRequest
{
    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>Folder of a table of many runs, to which this run's rows are added; null: none.</summary>
    public string? Collect { get; init; }
}
