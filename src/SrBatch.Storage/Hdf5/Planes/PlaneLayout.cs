using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>How a stack of 2-D planes lies in a dataset that is to be written. The same values in the same layout give the same bytes.</summary>
public sealed record PlaneLayout
{
    /// <summary>Path inside the file, e.g. <c>/sr</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>One letter of <c>tczyx</c> for each axis, slowest first; written as DIMENSION_LABELS.</summary>
    public required string Axes { get; init; }

    /// <summary>Lengths of the axes in that order.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>float32 or an integer type.</summary>
    public ElementType ElementType { get; init; } = ElementType.Float32;

    /// <summary>Length of a chunk along y, pixels, clipped to the shape; 1 along t, c and z.</summary>
    public int ChunkRows { get; init; } = 256;

    /// <summary>Length of a chunk along x.</summary>
    public int ChunkColumns { get; init; } = 256;

    /// <summary>0 (none) to 9; 1 to 4 pack shuffled values alike and fast, 5 to 9 a few percent tighter in four times the time.</summary>
    public int GzipLevel { get; init; } = 4;

    public bool Shuffle { get; init; } = true;

    internal ChunkEncoder Encoder => new(Hdf5Type.Bytes(ElementType), Shuffle, GzipLevel);

    /// <exception cref="Core.Errors.SrBatchException">Axes that are none (78) or do not fit the shape (65).</exception>
    internal PlaneAxes ParseAxes(string file) => PlaneAxes.Parse(Axes, file, Dataset, [.. Shape], new Hdf5Type(ElementType, ElementType.NumpyName(), IsBigEndian: false));

    /// <summary>Lengths of a chunk along all axes.</summary>
    internal long[] Chunk(PlaneAxes axes)
    {
        var chunk = new long[Shape.Count];
        Array.Fill(chunk, 1);
        chunk[axes.Y] = Math.Clamp(ChunkRows, 1, Math.Max(Shape[axes.Y], 1));
        chunk[axes.X] = Math.Clamp(ChunkColumns, 1, Math.Max(Shape[axes.X], 1));
        return chunk;
    }
}
