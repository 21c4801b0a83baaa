using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5;

namespace SrBatch.Worker.Runs;

/// <summary>What <c>inspect</c> tells of one dataset.</summary>
internal sealed record DatasetDescription
{
    public required string Path { get; init; }
    public string? Type { get; init; }
    public long[] Shape { get; init; } = [];
    public long[]? Chunk { get; init; }
    public string[] Filters { get; init; } = [];
    public string[]? Axes { get; init; }
    public double[]? ElementSizeUm { get; init; }
    public string? Problem { get; init; }

    /// <summary>Of the values, when it was asked for and they are numbers.</summary>
    public DatasetDigest? Digest { get; init; }

    /// <exception cref="SrBatchException">Exit code 65: the values cannot be read.</exception>
    public static DatasetDescription Of(Hdf5Dataset dataset, bool digest, CancellationToken stop)
    {
        var description = new DatasetDescription
        {
            Path = dataset.Path,
            Type = dataset.Type.ToString(),
            Shape = dataset.Shape,
            Chunk = dataset.Chunk,
            Filters = [.. dataset.Filters.Select(filter => filter.Name)],
            Axes = dataset.Attributes.GetStrings("DIMENSION_LABELS"),
            ElementSizeUm = dataset.Attributes.GetDoubles("element_size_um"),
        };
        return digest && dataset.Type.ElementType is not null ? description with { Digest = DatasetDigest.Of(dataset, stop) } : description;
    }
}
