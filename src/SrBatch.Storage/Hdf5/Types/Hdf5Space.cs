using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>Creates and reads HDF5 dataspaces: the lengths of a dataset's axes, and boxes within them.</summary>
internal static class Hdf5Space
{
    /// <summary>H5S_MAX_RANK.</summary>
    private const int MostAxes = 32;

    /// <summary>A new dataspace; the caller must close it.</summary>
    internal static long SpaceOf(ReadOnlySpan<long> lengths)
    {
        if (lengths.IsEmpty)
        {
            return H5S.create(H5S.Scalar);
        }
        Span<ulong> unsigned = stackalloc ulong[MostAxes];
        return H5S.create_simple(lengths.Length, Unsigned(lengths, unsigned), 0);
    }

    internal static long[] LengthsOf(long space)
    {
        Span<ulong> lengths = stackalloc ulong[MostAxes];
        var rank = H5S.get_simple_extent_dims(space, lengths, 0);
        var result = new long[Math.Max(rank, 0)];
        for (var axis = 0; axis < result.Length; axis++)
        {
            result[axis] = (long)Math.Min(lengths[axis], long.MaxValue);
        }
        return result;
    }

    /// <summary>The dataspace of a dataset with a box selected; the caller must close it.</summary>
    internal static long Select(Hdf5Handle dataset, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var space = H5D.get_space(dataset.Id);
        if (!start.IsEmpty)
        {
            Span<ulong> from = stackalloc ulong[MostAxes];
            Span<ulong> lengths = stackalloc ulong[MostAxes];
            _ = H5S.select_hyperslab(space, 0, Unsigned(start, from), 0, Unsigned(count, lengths), 0);
        }
        return space;
    }

    private static ReadOnlySpan<ulong> Unsigned(ReadOnlySpan<long> values, Span<ulong> room)
    {
        for (var n = 0; n < values.Length; n++)
        {
            room[n] = (ulong)values[n];
        }
        return room[..values.Length];
    }
}
