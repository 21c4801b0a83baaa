namespace SrBatch.Core.Tiling;

/// <summary>How one plane is cut. All lengths in input pixels, multiples of <see cref="Stride"/>.</summary>
/// <param name="Window">Side of the square that the network sees at once.</param>
/// <param name="Halo">What is thrown away next to a window's inner borders.</param>
/// <param name="Stride">The network's: windows start at multiples of it.</param>
public sealed record TileSizes(int Window, int Halo, int Stride)
{
    /// <summary>Chooses the sides within the memory that may be used.</summary>
    /// <param name="tile">Asked for, or null for the largest that fits.</param>
    /// <param name="halo">Asked for, or null for the receptive field.</param>
    /// <param name="receptiveField">Pixels to each side that one output pixel depends on.</param>
    /// <param name="stride">See <see cref="Stride"/>.</param>
    /// <param name="bytesPerPixel">Memory the network needs for an input pixel.</param>
    /// <param name="budgetBytes">Memory that may be used.</param>
    public static TileSizes Choose(int? tile, int? halo, int receptiveField, int stride, long bytesPerPixel, long budgetBytes)
    {
        int wantedHalo = RoundUp(halo ?? receptiveField, stride);
        // Twice the halo and one stride more is the least that keeps anything; a small budget cannot go below it.
        int least = 2 * wantedHalo + stride;
        int affordable = (int)Math.Sqrt((double)budgetBytes / bytesPerPixel);
        int window = RoundUp(tile ?? Math.Min(affordable, LargestUseful), stride);
        return new TileSizes(Math.Max(window, least), wantedHalo, stride);
    }

    /// <summary>Above this side the halo's share is small and memory traffic grows: 1024 with the paper's halo wastes no more than a plane of 2048 costs anyway.</summary>
    private const int LargestUseful = 1024;

    /// <summary>The smallest multiple of <paramref name="stride"/> that is at least <paramref name="length"/>.</summary>
    public static int RoundUp(int length, int stride) => (length + stride - 1) / stride * stride;

    /// <inheritdoc cref="RoundUp(int, int)"/>
    public static long RoundUp(long length, int stride) => (length + stride - 1) / stride * stride;

    /// <summary>Cuts an axis of <paramref name="size"/> pixels, continued to a multiple of the stride.</summary>
    public IReadOnlyList<AxisSegment> Cut(long size) => AxisCutter.Cut(RoundUp(size, Stride), Window, Halo, Stride);
}
