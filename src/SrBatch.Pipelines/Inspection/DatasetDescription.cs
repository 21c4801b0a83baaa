using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Inspection;

/// <summary>One dataset as <c>inspect</c> describes it.</summary>
internal sealed record DatasetDescription
{
    public required string Path { get; init; }
    public string? Type { get; init; }
    public long[] Shape { get; init; } = [];
    public long[]? Chunk { get; init; }

    /// <summary>True for a dataset without shape and values (h5py's Empty).</summary>
    public bool IsNull { get; init; }
    public string[] Filters { get; init; } = [];

    /// <summary>The dataset read as an image, with axes and voxel size; null: it is no image.</summary>
    public DatasetHeader? Image { get; init; }

    /// <summary>The type that the values stand for; null: their own.</summary>
    public string? Means => Image?.ElementType.NumpyName() is { } name && Type?.EndsWith(name, StringComparison.Ordinal) == false
        ? name
        : null;

    /// <summary>Lengths without padding; null: there is no padding.</summary>
    public long[]? Cropped => Image is { } image && !image.Shape.SequenceEqual(Shape) ? image.Shape : null;
    public string? Problem { get; init; }

    /// <summary>Share of the values that were never written, from the file's index.</summary>
    public double NeverWritten { get; init; }

    /// <summary>First path of the same dataset; null: this is the first.</summary>
    public string? SameAs { get; init; }

    /// <summary>Null: not asked for, or the values are no numbers.</summary>
    public DatasetDigest? Digest { get; init; }

    /// <exception cref="SrBatchException">Exit code 65: the values cannot be read.</exception>
    public static DatasetDescription Of(Hdf5Dataset dataset, DatasetHeaders headers, bool digest, CancellationToken stop)
    {
        var description = new DatasetDescription
        {
            Path = dataset.Path,
            Type = dataset.Type.ToString(),
            Shape = dataset.Shape,
            IsNull = dataset.IsEmpty && dataset.Shape.Length == 0,
            Chunk = dataset.Chunk,
            NeverWritten = dataset.IsEmpty ? 0 : dataset.NeverWritten(new long[dataset.Shape.Length], dataset.Shape)
                / dataset.Shape.Aggregate(1.0, (product, length) => product * length),
            Filters = [.. dataset.Filters.Select(filter => filter.Name)],
            Image = dataset.Type.ElementType is null ? null : headers.Describe(dataset),
        };
        return digest && dataset.Type.ElementType is not null && !description.IsNull
            ? description with { Digest = DatasetDigest.Of(dataset, stop) }
            : description;
    }
}
