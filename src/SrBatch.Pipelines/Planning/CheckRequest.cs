namespace SrBatch.Pipelines.Planning;

/// <summary>What to check before anything runs.</summary>
public sealed record CheckRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Run folder whose finished images are counted; null: none.</summary>
    public string? Run { get; init; }

    /// <summary>See <see cref="PlanRequest.Site"/>.</summary>
    public Func<SubmitSite>? Site { get; init; }
}
