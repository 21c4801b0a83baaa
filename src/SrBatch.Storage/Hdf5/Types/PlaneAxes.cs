using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>Indices of the axes t, c, z, y and x in a dataset; -1 for a missing axis.</summary>
internal readonly record struct PlaneAxes(int T, int C, int Z, int Y, int X)
{
    internal const string Letters = "tczyx";

    /// <summary>True if every letter is one of <c>tczyx</c>, none occurs twice, and y and x are present.</summary>
    internal static bool AreValid(string axes) =>
        axes.Contains('y') && axes.Contains('x') && axes.All(letter => Letters.Contains(letter)) && axes.Distinct().Count() == axes.Length;

    /// <exception cref="SrBatchException">The order is invalid (exit 78) or does not have the dataset's rank (exit 65).</exception>
    internal static PlaneAxes Parse(string axes, string file, string dataset, long[] shape, Hdf5Type type)
    {
        if (!AreValid(axes))
        {
            throw new SrBatchException(ExitCode.BadManifest,
                $"{file}: axes '{axes}' of dataset '{dataset}' are not an order of letters of {Letters}, "
                + "each at most once, with y and x. Set input.axes so.");
        }
        if (axes.Length != shape.Length)
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{file}: dataset '{dataset}' is {shape.Length}-D {type} ({string.Join(", ", shape)}); axes '{axes}' name {axes.Length}. "
                + (shape.Length <= Letters.Length
                    ? $"Set input.axes to {shape.Length} letters of {Letters}."
                    : $"At most {Letters.Length} axes are possible ({Letters})."));
        }
        return new PlaneAxes(axes.IndexOf('t'), axes.IndexOf('c'), axes.IndexOf('z'), axes.IndexOf('y'), axes.IndexOf('x'));
    }

    /// <summary>Length of the axis at <paramref name="index"/>; 1 for a missing axis.</summary>
    internal static long Length(long[] shape, int index) => index < 0 ? 1 : shape[index];

    /// <summary>Start and count, in the dataset's order, of a box within one plane.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    internal void Box(long[] shape, PlaneIndex plane, long y, long x, int height, int width, Span<long> start, Span<long> count)
    {
        count.Fill(1);
        Put(shape, T, plane.T, start, nameof(plane));
        Put(shape, C, plane.C, start, nameof(plane));
        Put(shape, Z, plane.Z, start, nameof(plane));
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (y < 0 || x < 0 || y > shape[Y] - height || x > shape[X] - width)
        {
            throw new ArgumentOutOfRangeException(
                nameof(y),
                $"{height} x {width} at y {y}, x {x} leaves the plane of {shape[Y]} x {shape[X]}");
        }
        start[Y] = y;
        start[X] = x;
        count[Y] = height;
        count[X] = width;
    }

    private static void Put(long[] shape, int axis, long value, Span<long> start, string parameter)
    {
        if (value < 0 || value >= Length(shape, axis))
        {
            throw new ArgumentOutOfRangeException(parameter, $"index {value} on an axis of length {Length(shape, axis)}");
        }
        if (axis >= 0)
        {
            start[axis] = value;
        }
    }
}
