namespace SrBatch.Pipelines.Planning;

/// <summary>What to plan, and in how many shards.</summary>
public sealed record PlanRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Path of the run folder.</summary>
    public required string Run { get; init; }

    /// <summary>1 to 1,000,000.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>What the printed lines for sbatch depend on; null: none are printed.</summary>
    public SubmitSite? Site { get; init; }
}
