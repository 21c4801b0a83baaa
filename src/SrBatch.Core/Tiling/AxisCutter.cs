namespace SrBatch.Core.Tiling;

/// <summary>Cuts an axis into overlapping windows whose kept parts cover it exactly once.</summary>
public static class AxisCutter
{
    /// <param name="size">Length of the axis, a positive multiple of <paramref name="stride"/>.</param>
    /// <param name="keep">Length of a kept part, a positive multiple of <paramref name="stride"/>. The last part may be shorter.</param>
    /// <param name="halo">
    /// Elements read on both sides of a kept part and then discarded, up to the ends of the axis; a multiple of <paramref name="stride"/>.
    /// </param>
    /// <param name="stride">
    /// Windows start at multiples of this. A network that halves its input n times has the same grid in every window only at multiples of
    /// 2^n.
    /// </param>
    /// <returns>Segments in ascending order.</returns>
    public static IReadOnlyList<AxisSegment> Cut(long size, long keep, long halo, long stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(halo);
        foreach (long length in (ReadOnlySpan<long>)[size, keep])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, stride);
            ArgumentOutOfRangeException.ThrowIfNotEqual(length % stride, 0);
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(halo % stride, 0);

        var segments = new List<AxisSegment>();
        for (long start = 0; start < size; start += keep)
        {
            long end = Math.Min(start + keep, size), first = Math.Max(start - halo, 0);
            segments.Add(new AxisSegment(first, Math.Min(end + halo, size) - first, start, end - start));
        }
        return segments;
    }
}
