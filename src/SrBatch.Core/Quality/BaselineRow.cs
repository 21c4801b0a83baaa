namespace SrBatch.Core.Quality;

/// <summary>
/// One row of <c>baselines.parquet</c>: how near a classical method comes to the target of one 2-D plane. Columns as in docs/report.md.
/// </summary>
public sealed record BaselineRow
{
    public required string Image { get; init; }
    public required string Group { get; init; }
    public required string Split { get; init; }

    /// <summary>Plane indices within the source dataset, 0-based; null where the dataset has no such axis.</summary>
    public int? T { get; init; }
    public int? C { get; init; }
    public int? Z { get; init; }
    public required string Method { get; init; }

    /// <summary>E.g. <c>sigma=2 iterations=3</c>; null for a method without any.</summary>
    public string? Parameters { get; init; }
    public double? PsnrDb { get; init; }
    public double? Ssim { get; init; }
    public double? Nrmse { get; init; }
    public double? Pearson { get; init; }

    /// <summary>Hash of the input and the target that it was scored with.</summary>
    public string? ScoredWith { get; init; }
}
