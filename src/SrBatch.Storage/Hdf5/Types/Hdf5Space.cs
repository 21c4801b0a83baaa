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

    /// <param name="shape">Lengths of the dataset's axes.</param>
    /// <param name="path">Path of the dataset, for messages.</param>
    /// <param name="start">First index of a box along each axis.</param>
    /// <param name="count">Indices of the box along each axis.</param>
    /// <param name="room">Most values of the box.</param>
    /// <returns>Number of values in the box.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="ArgumentException">The box has another rank than the dataset, or too many values.</exception>
    internal static long RequireWithin(long[] shape, string path, ReadOnlySpan<long> start, ReadOnlySpan<long> count, int room)
    {
        if (start.Length != shape.Length || count.Length != shape.Length)
        {
            throw new ArgumentException($"a box of {start.Length} and {count.Length} axes; '{path}' has {shape.Length}");
        }
        var values = 1L;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (start[axis] < 0 || count[axis] < 0 || start[axis] > shape[axis] - count[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(start),
                    $"the box at ({Join(start)}), size ({Join(count)}), leaves '{path}', which is ({Join(shape)})");
            }
            values = checked(values * count[axis]);
        }
        return values <= room ? values : throw new ArgumentException($"room for {room} values; the box has {values}");
    }

    /// <summary>For messages: the numbers with commas.</summary>
    internal static string Join(ReadOnlySpan<long> values) => string.Join(", ", values.ToArray());
}
