namespace SrBatch.Storage.Hdf5.Types;

/// <summary>A box of indices.</summary>
/// <param name="Start">First index along each axis.</param>
/// <param name="Count">Indices along each axis.</param>
internal readonly record struct Hdf5Box(long[] Start, long[] Count)
{
    /// <summary>Number of values, at most 2^62.</summary>
    internal long Size => (long)Math.Min(1L << 62, Count.Aggregate(1.0, (product, length) => product * length));

    /// <returns>The common part of two boxes of equally many axes; null if there is none.</returns>
    internal Hdf5Box? Within(Hdf5Box other)
    {
        var start = new long[Start.Length];
        var count = new long[Start.Length];
        for (var axis = 0; axis < start.Length; axis++)
        {
            start[axis] = Math.Max(Start[axis], other.Start[axis]);
            count[axis] = Math.Min(Start[axis] + Count[axis], other.Start[axis] + other.Count[axis]) - start[axis];
            if (count[axis] <= 0)
            {
                return null;
            }
        }
        return new Hdf5Box(start, count);
    }
}
