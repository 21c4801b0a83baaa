namespace SrBatch.Core.Planning;

/// <summary>What a dataset's header says; no pixels are read.</summary>
public sealed record DatasetHeader
{
    /// <summary>Absolute path of the file.</summary>
    public required string File { get; init; }

    /// <summary>
    /// Program whose file layout this is: <c>imaris</c>, <c>bdv</c>, <c>fiji</c>, <c>ilastik</c>, <c>netcdf4</c>, or <c>h5py</c> for other
    /// HDF5 files.
    /// </summary>
    public string Flavour { get; init; } = "h5py";

    /// <summary>Absolute path inside the file, e.g. <c>/low</c>, or a <see cref="DatasetPattern"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Lengths of the image's axes, slowest first, without padding. The axes of a pattern come first.</summary>
    public required long[] Shape { get; init; }

    /// <summary>Type of the values, which may differ from the type on disk.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>
    /// Letters of <c>tczyx</c> in the image's order: as the file names them, or <c>yx</c> for a 2-D image. Null when unknown.
    /// </summary>
    public string? Axes { get; init; }

    /// <summary>Share of the values that were never written, and so read as the fill value; from the file's index.</summary>
    public double NeverWritten { get; init; }

    /// <summary>Null when the file does not give it.</summary>
    public ElementSize? ElementSizeUm { get; init; }

    /// <summary>
    /// What the file does not say, or contradicts, and what was taken instead; one sentence each, without the file's name.
    /// </summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];
}
