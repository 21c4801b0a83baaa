using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>Axes, type, chunks and compression of a dataset of 2-D planes that is to be written.</summary>
public sealed record PlaneLayout
{
    /// <summary>Path inside the file, e.g. <c>/sr</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>One letter of <c>tczyx</c> for each axis, slowest first.</summary>
    public required string Axes { get; init; }

    /// <summary>
    /// Names of the axes, written as DIMENSION_LABELS. Null: the letters of <see cref="Axes"/>. A dataset with another kind of axis puts it
    /// in the place of t, c or z and names it here.
    /// </summary>
    public IReadOnlyList<string>? AxisNames { get; init; }

    /// <summary>Lengths of the axes in that order.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>float32, float16 or an integer type.</summary>
    public ElementType ElementType { get; init; } = ElementType.Float32;

    /// <summary>
    /// Size of a voxel, written as <c>element_size_um</c> (z, y, x) if y and x are known, with 1 for an unknown z. For datasets of
    /// different sizes; those of one size share dimension scales (<see cref="PlaneWriter.Create"/>).
    /// </summary>
    public ElementSize? ElementSizeUm { get; init; }

    /// <summary>Length of a chunk along y, pixels, clipped to the shape; 1 along t, c and z.</summary>
    public int ChunkRows { get; init; } = 256;

    /// <summary>Length of a chunk along x.</summary>
    public int ChunkColumns { get; init; } = 256;

    /// <summary>
    /// 0 (none) to 9. On shuffled values, 1 to 4 are equally fast; 5 to 9 take four times as long and save a few percent.
    /// </summary>
    public int GzipLevel { get; init; } = 4;

    public bool Shuffle { get; init; } = true;

    internal ChunkEncoder Encoder => new(Hdf5Type.Bytes(ElementType), Shuffle, GzipLevel);

    /// <exception cref="Core.Errors.SrBatchException">The axes are invalid (exit 78) or do not fit the shape (exit 65).</exception>
    internal PlaneAxes ParseAxes(string file) =>
        PlaneAxes.Parse(Axes, file, Dataset, [.. Shape], new Hdf5Type(ElementType, ElementType.NumpyName(), IsBigEndian: false));

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
