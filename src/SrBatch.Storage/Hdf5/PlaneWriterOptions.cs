using SrBatch.Core.Planning;

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

    /// <summary>
    /// Written as <c>element_size_um</c>, with 1 for an unknown z, and as dimension scales of the axes that are known; null, or without y or x: nothing of the
    /// kind is written.
    /// </summary>
    public ElementSize? ElementSizeUm { get; init; }
}
