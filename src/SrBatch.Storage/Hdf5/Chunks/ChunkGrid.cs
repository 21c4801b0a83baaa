namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// The chunks of a dataset, of equal lengths from its origin on; the last along an axis may exceed the dataset. Chunks are numbered in C
/// order.
/// </summary>
internal sealed class ChunkGrid
{
    private readonly long[] _shape;

    /// <summary>Difference of the numbers of neighbouring chunks along each axis.</summary>
    private readonly long[] _strides;

    /// <param name="shape">Lengths of the dataset's axes.</param>
    /// <param name="lengths">Lengths of a chunk, each at least 1.</param>
    internal ChunkGrid(long[] shape, long[] lengths)
    {
        _shape = shape;
        Lengths = lengths;
        _strides = new long[shape.Length];
        var chunks = 1.0;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            // Wrong on overflow, but then IsCountable is false.
            _strides[axis] = (long)Math.Min(chunks, long.MaxValue / 2);
            chunks *= shape[axis] == 0 ? 1 : (shape[axis] - 1) / lengths[axis] + 1;
        }
        IsCountable = chunks < 1L << 52;
    }

    internal long[] Lengths { get; }

    /// <summary>True if every chunk has its own number; false for shapes that fit no disk.</summary>
    internal bool IsCountable { get; }

    /// <summary>Number of chunks that a box of at least one value touches.</summary>
    internal long CountUnder(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var chunks = 1L;
        for (var axis = 0; axis < Lengths.Length; axis++)
        {
            chunks *= Across(start, count, axis);
        }
        return chunks;
    }

    /// <summary>Finds the n-th chunk under a box, in C order.</summary>
    internal void Locate(ReadOnlySpan<long> start, ReadOnlySpan<long> count, long n, ref ChunkPart part)
    {
        part.Number = 0;
        part.IsWhole = true;
        for (var axis = Lengths.Length - 1; axis >= 0; axis--)
        {
            var (left, along) = Math.DivRem(n, Across(start, count, axis));
            n = left;
            var index = start[axis] / Lengths[axis] + along;
            var origin = index * Lengths[axis];
            var length = Math.Min(Lengths[axis], _shape[axis] - origin);
            var first = Math.Max(start[axis], origin);
            var last = Math.Min(start[axis] + count[axis], origin + length);
            part.Number += index * _strides[axis];
            part.Origin[axis] = origin;
            part.Start[axis] = first;
            part.Count[axis] = last - first;
            part.IsWhole &= last - first == length;
        }
    }

    private long Across(ReadOnlySpan<long> start, ReadOnlySpan<long> count, int axis) =>
        (start[axis] + count[axis] - 1) / Lengths[axis] - start[axis] / Lengths[axis] + 1;
}
