namespace SrBatch.Storage.Hdf5;

/// <summary>How <see cref="PlaneWriter"/> lays a dataset out.</summary>
public sealed record PlaneWriterOptions
{
    /// <summary>Length of a chunk along y and x, pixels, clipped to the shape; 1 along the other axes.</summary>
    public int ChunkLength { get; init; } = 256;

    /// <summary>0 (none) to 9.</summary>
    public int GzipLevel { get; init; } = 4;

    public bool Shuffle { get; init; } = true;

    /// <summary>Written as <c>element_size_um</c>: size of a voxel along z, y, x, micrometres; null: not written.</summary>
    public double[]? ElementSizeUm { get; init; }
}
