namespace SrBatch.Pipelines.Planning;

/// <summary>What to plan, and in how many shards.</summary>
public sealed record PlanRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>1 to 1,000,000; null: as planned, or 1 for a new plan.</summary>
    public int? Shards { get; init; }

    /// <summary>Reads the headers again of everything that is not done.</summary>
    public bool Refresh { get; init; }

    /// <summary>What the printed lines for sbatch depend on; null: none are printed.</summary>
    public Func<SubmitSite>? Site { get; init; }
}
