namespace SrBatch.Storage.Hdf5;

/// <summary>How <see cref="PlaneWriter"/> lays a dataset out.</summary>
public sealed record PlaneWriterOptions
{
    /// <summary>Length of a chunk along y and x, pixels, clipped to the shape; 1 along the other axes.</summary>
    public int ChunkLength { get; init; } = 256;

    /// <summary>0 (none) to 9; 1 to 4 pack shuffled values alike and fast, 5 to 9 a few percent tighter in four times the time.</summary>
    public int GzipLevel { get; init; } = 4;

    public bool Shuffle { get; init; } = true;

    /// <summary>Most threads that pack chunks; the bytes do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Written as <c>element_size_um</c> and as dimension scales of y and x; null: not known, and nothing of the kind is written.</summary>
    public double? PixelSizeUm { get; init; }

    /// <summary>Distance of neighbouring planes along z, micrometres; null: not known, <c>element_size_um</c> has 1 and z no scale.</summary>
    public double? PlaneDistanceUm { get; init; }
}
