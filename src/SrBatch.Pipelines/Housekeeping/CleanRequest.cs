namespace SrBatch.Pipelines.Housekeeping;

/// <summary>Which run to clean.</summary>
public sealed record CleanRequest
{
    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>False: only list what can be deleted.</summary>
    public bool Delete { get; init; }

    /// <summary>Names of kinds that stay, see <see cref="CleanRun.Kinds"/>.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];
}
