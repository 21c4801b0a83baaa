namespace SrBatch.Core.Tiling;

/// <summary>
/// One window along one axis: the part that is read, and the part of it that is kept. Positions count from the start of the axis.
/// </summary>
public readonly record struct AxisSegment(long WindowStart, long WindowLength, long KeepStart, long KeepLength)
{
    public long WindowEnd => WindowStart + WindowLength;
    public long KeepEnd => KeepStart + KeepLength;

    /// <summary>Splits the kept part in two, each with its own halo inside this window.</summary>
    /// <param name="halo">
    /// Elements read on both sides of a kept part, up to the ends of this window; a multiple of <paramref name="stride"/>.
    /// </param>
    /// <param name="stride">See <see cref="AxisCutter.Cut"/>.</param>
    /// <returns>Null when the kept part is only one stride long.</returns>
    public (AxisSegment Low, AxisSegment High)? Halves(long halo, long stride)
    {
        if (KeepLength <= stride)
        {
            return null;
        }
        long middle = KeepStart + TileSizes.RoundUp(KeepLength / 2, (int)stride);
        long lowEnd = Math.Min(WindowEnd, middle + halo), highStart = Math.Max(WindowStart, middle - halo);
        return (this with { WindowLength = lowEnd - WindowStart, KeepLength = middle - KeepStart },
            new AxisSegment(highStart, WindowEnd - highStart, middle, KeepEnd - middle));
    }
}
