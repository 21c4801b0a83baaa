namespace SrBatch.Core.Planning;

/// <summary>What a dataset's header tells, no pixel read.</summary>
public sealed record DatasetHeader
{
    /// <summary>Absolute path of the file.</summary>
    public required string File { get; init; }

    /// <summary>Who lays files out so: <c>imaris</c>, <c>bdv</c>, <c>fiji</c>, <c>ilastik</c>, <c>netcdf4</c>, or <c>h5py</c> for HDF5 without more.</summary>
    public string Flavour { get; init; } = "h5py";

    /// <summary>Absolute path inside the file, e.g. <c>/low</c>, or a <see cref="DatasetPattern"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Lengths of the image's axes, slowest first: without padding, those of the pattern in front.</summary>
    public required long[] Shape { get; init; }

    /// <summary>What the values mean, which may be another type than that on disk.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>Letters of <c>tczyx</c> in the image's order when the file tells them, <c>yx</c> of a 2-D image; else null.</summary>
    public string? Axes { get; init; }

    /// <summary>When the file tells it; else null.</summary>
    public ElementSize? ElementSizeUm { get; init; }
}
