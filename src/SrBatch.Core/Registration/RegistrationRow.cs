using SrBatch.Core.Quality;

namespace SrBatch.Core.Registration;

/// <summary>
/// One row of <c>registration.parquet</c>: what became of the planes of one pair that share a map, those of one t and c; or of a pair that could not be read
/// (then the figures are null). Column names are the property names in snake case; docs/register.md gives each. What does not apply is null.
/// </summary>
public sealed record RegistrationRow
{
    public required string Image { get; init; }
    public required string Group { get; init; }
    public required string Split { get; init; }

    /// <summary>Indices within the source dataset, 0-based; null where it has no such axis.</summary>
    public int? T { get; init; }
    public int? C { get; init; }

    /// <summary>Planes along z, and those of them that were measured.</summary>
    public int? Planes { get; init; }
    public int? PlanesMeasured { get; init; }

    /// <summary>Pass, or fail: refused or unreadable.</summary>
    public required Verdict Verdict { get; init; }
    public string? Reasons { get; init; }

    /// <summary>Median and largest displacement in the common field, target pixels.</summary>
    public double? MovedMedianPx { get; init; }
    public double? MovedMaxPx { get; init; }

    /// <summary>Of the affine map at the middle of the field, target pixels.</summary>
    public double? ShiftYPx { get; init; }
    public double? ShiftXPx { get; init; }

    /// <summary>Degrees from y towards x.</summary>
    public double? RotationDeg { get; init; }

    /// <summary>Target pixels a pixel of the input's field at the nominal scale: 1 when the nominal scale is right.</summary>
    public double? ScaleError { get; init; }

    /// <summary>Median length of what the elastic stage added, target pixels.</summary>
    public double? ElasticMedianPx { get; init; }

    public double? CorrelationBefore { get; init; }
    public double? CorrelationAfter { get; init; }
    public double? ResidualPx { get; init; }
    public double? UsableShare { get; init; }
    public double? Peak { get; init; }

    /// <summary><c>intensity</c> or <c>edges</c>, and whether bright answers to dark.</summary>
    public string? Feature { get; init; }
    public bool? IsInverted { get; init; }

    /// <summary>The common field's part of the input's.</summary>
    public double? CommonShare { get; init; }

    /// <summary>The common field, input pixels.</summary>
    public int? CropY { get; init; }
    public int? CropX { get; init; }
    public int? Height { get; init; }
    public int? Width { get; init; }
    public required string Version { get; init; }
}
