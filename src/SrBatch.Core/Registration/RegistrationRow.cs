using SrBatch.Core.Quality;

namespace SrBatch.Core.Registration;

/// <summary>
/// One row of <c>registration.parquet</c>: the result for the planes of one pair that share a map, that is, have the same t and c. A pair
/// that could not be read also has a row; its numbers are null. Column names are the property names in snake case; docs/register.md
/// describes each. Values that do not apply are null.
/// </summary>
public sealed record RegistrationRow
{
    public required string Image { get; init; }
    public required string Group { get; init; }
    public required string Split { get; init; }

    /// <summary>Indices within the source dataset, 0-based; null when it has no such axis.</summary>
    public int? T { get; init; }
    public int? C { get; init; }

    /// <summary>Number of planes along z.</summary>
    public int? Planes { get; init; }

    /// <summary>Number of these planes that were measured.</summary>
    public int? PlanesMeasured { get; init; }

    /// <summary>Pass, or fail when the pair was rejected or could not be read.</summary>
    public required Verdict Verdict { get; init; }
    public string? Reasons { get; init; }

    /// <summary>Median and largest displacement within the common field of view, target pixels.</summary>
    public double? MovedMedianPx { get; init; }
    public double? MovedMaxPx { get; init; }

    /// <summary>Shift of the affine map at the centre of the field of view, target pixels.</summary>
    public double? ShiftYPx { get; init; }
    public double? ShiftXPx { get; init; }

    /// <summary>Degrees from y towards x.</summary>
    public double? RotationDeg { get; init; }

    /// <summary>Measured scale divided by the nominal scale: 1 when the nominal scale is right.</summary>
    public double? ScaleError { get; init; }

    /// <summary>Median length of the displacement added by the elastic stage, target pixels.</summary>
    public double? ElasticMedianPx { get; init; }

    public double? CorrelationBefore { get; init; }
    public double? CorrelationAfter { get; init; }
    public double? ResidualPx { get; init; }
    public double? UsableShare { get; init; }
    public double? Peak { get; init; }

    /// <summary>What was matched: <c>intensity</c> or <c>edges</c>.</summary>
    public string? Feature { get; init; }

    /// <summary>Whether bright structures of the input match dark ones of the target.</summary>
    public bool? IsInverted { get; init; }

    /// <summary>Area of the common field of view, as a share of the input's.</summary>
    public double? CommonShare { get; init; }

    /// <summary>The common field of view, input pixels.</summary>
    public int? CropY { get; init; }
    public int? CropX { get; init; }
    public int? Height { get; init; }
    public int? Width { get; init; }
    public required string Version { get; init; }
}
