namespace SrBatch.Core.Tiling;

/// <summary>Cuts an axis into overlapping windows whose kept parts cover it exactly once.</summary>
public static class AxisCutter
{
    /// <param name="size">Length of the axis, a positive multiple of <paramref name="stride"/>.</param>
    /// <param name="window">Length of a window, a multiple of <paramref name="stride"/>; more than twice the halo when it is below <paramref name="size"/>.</param>
    /// <param name="halo">Elements next to a window's inner border that are thrown away; a multiple of <paramref name="stride"/>. The axis' own ends have no halo.</param>
    /// <param name="stride">Windows start at multiples of this: a network that halves its input n times sees the same grid in every window only at multiples of 2^n.</param>
    /// <returns>Segments from low to high; all windows of length min(<paramref name="size"/>, <paramref name="window"/>).</returns>
    public static IReadOnlyList<AxisSegment> Cut(long size, long window, long halo, long stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(halo);
        foreach (long length in (ReadOnlySpan<long>)[size, window])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, stride);
            ArgumentOutOfRangeException.ThrowIfNotEqual(length % stride, 0);
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(halo % stride, 0);
        if (size <= window)
        {
            return [new AxisSegment(0, size, 0, size)];
        }
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, 2 * halo);

        var segments = new List<AxisSegment>();
        long kept = 0;
        while (kept < size)
        {
            long start = Math.Min(Math.Max(kept - halo, 0), size - window);
            long end = start + window == size ? size : start + window - halo;
            segments.Add(new AxisSegment(start, window, kept, end - kept));
            kept = end;
        }
        return segments;
    }
}
