using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Inspection;

/// <summary>What <c>inspect</c> tells of one dataset.</summary>
internal sealed record DatasetDescription
{
    public required string Path { get; init; }
    public string? Type { get; init; }
    public long[] Shape { get; init; } = [];
    public long[]? Chunk { get; init; }

    /// <summary>True when it has no values and no shape to have any (h5py's Empty).</summary>
    public bool IsNull { get; init; }
    public string[] Filters { get; init; } = [];

    /// <summary>As an image, when it is one: what its values mean, its lengths without padding, its axes and voxel size.</summary>
    public DatasetHeader? Image { get; init; }

    /// <summary>What the values mean, when that is another type than theirs.</summary>
    public string? Means => Image is { } image && image.ElementType.NumpyName() is var name && Type?.EndsWith(name, StringComparison.Ordinal) == false ? name : null;

    /// <summary>Lengths without padding, when there is any.</summary>
    public long[]? Cropped => Image is { } image && !image.Shape.SequenceEqual(Shape) ? image.Shape : null;
    public string? Problem { get; init; }

    /// <summary>Path of the same dataset, when this is a further name of it.</summary>
    public string? SameAs { get; init; }

    /// <summary>Of the values, when it was asked for and they are numbers.</summary>
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
            Filters = [.. dataset.Filters.Select(filter => filter.Name)],
            Image = dataset.Type.ElementType is null ? null : headers.Describe(dataset),
        };
        return digest && dataset.Type.ElementType is not null && !description.IsNull ? description with { Digest = DatasetDigest.Of(dataset, stop) } : description;
    }
}
