namespace SrBatch.Core.Quality;

/// <summary>
/// A score as users and programs see it. Its computation is a file in SrBatch.Torch/Metrics, registered in <c>MetricComputations</c>.
/// </summary>
public sealed record MetricKind
{
    /// <summary>In the manifest's <c>quality.metrics</c>.</summary>
    public required string Name { get; init; }

    /// <summary>In <c>quality.parquet</c>.</summary>
    public required string Column { get; init; }

    /// <summary>Column of the same score of the upsampled input; null: it is not computed. Only for scores that need a target.</summary>
    public string? InputColumn { get; init; }

    /// <summary>Whether it is computed against a target. Such metrics come first in the table.</summary>
    public bool NeedsTarget { get; init; }

    /// <summary>For people.</summary>
    public required string Label { get; init; }

    /// <summary>Empty: it has none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Digits behind the decimal point for people.</summary>
    public int Digits { get; init; } = 3;

    /// <summary>One sentence without its full stop.</summary>
    public required string Meaning { get; init; }

    /// <summary>Which values are good.</summary>
    public required Better Better { get; init; }

    /// <summary>
    /// The meaning of output minus upsampled input, one sentence; null: the report does not show that difference. Needs
    /// <see cref="InputColumn"/>.
    /// </summary>
    public string? GainMeaning { get; init; }
}
