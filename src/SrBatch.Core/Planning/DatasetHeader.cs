namespace SrBatch.Core.Planning;

/// <summary>What a dataset's header tells, no pixel read.</summary>
public sealed record DatasetHeader
{
    /// <summary>Absolute path of the file.</summary>
    public required string File { get; init; }

    /// <summary>Absolute path inside the file, e.g. <c>/low</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Lengths of the axes, slowest first.</summary>
    public required long[] Shape { get; init; }
    public required ElementType ElementType { get; init; }

    /// <summary>Letters of <c>tczyx</c> in the dataset's order when the file names its axes (DIMENSION_LABELS); else null.</summary>
    public string? Axes { get; init; }

    /// <summary>Size of a pixel along x and y, micrometres, when the file tells (element_size_um); else null.</summary>
    public double? PixelSizeUm { get; init; }

    /// <summary>Distance of planes along z, micrometres, when the file tells; else null.</summary>
    public double? PlaneDistanceUm { get; init; }
}
