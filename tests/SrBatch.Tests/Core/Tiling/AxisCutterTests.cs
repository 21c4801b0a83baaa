using SrBatch.Core.Tiling;

namespace SrBatch.Tests.Core.Tiling;

public class AxisCutterTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 80)]
    [InlineData(4, 160)]
    [InlineData(16, 240)]
    public void Cut_KeptParts_CoverEveryElementOnce_ForAllSmallSizes(int stride, int largestWindow)
    {
        for (int size = stride; size <= 200; size += stride)
        {
            for (int window = stride; window <= largestWindow; window += stride)
            {
                for (int halo = 0; 2 * halo < window; halo += stride)
                {
                    string? wrong = Wrong(AxisCutter.Cut(size, window, halo, stride), size, window, halo, stride);
                    Assert.True(wrong is null, $"size {size}, window {window}, halo {halo}, stride {stride}: {wrong}");
                }
            }
        }
    }

    [Fact]
    public void Cut_AxisShorterThanTheWindow_IsOneSegmentWhateverTheHalo() =>
        Assert.Equal([new AxisSegment(0, 32, 0, 32)], AxisCutter.Cut(32, 64, 1024, 16));

    [Fact]
    public void Cut_LongAxis_StaysExactBeyond32Bits()
    {
        IReadOnlyList<AxisSegment> segments = AxisCutter.Cut(3_000_000_000, 1_000_000_000, 0, 1);
        Assert.Equal([0, 1_000_000_000, 2_000_000_000], segments.Select(segment => segment.KeepStart));
        Assert.Equal(3_000_000_000, segments[^1].KeepEnd);
    }

    [Theory]
    [InlineData(0, 16, 0, 16)] // no element
    [InlineData(8, 16, 0, 16)] // below the stride
    [InlineData(24, 16, 0, 16)] // no multiple of the stride
    [InlineData(32, 24, 0, 16)] // window no multiple
    [InlineData(32, 0, 0, 16)] // no window
    [InlineData(64, 32, 8, 16)] // halo no multiple
    [InlineData(64, 32, -16, 16)] // negative halo
    [InlineData(64, 32, 16, 16)] // nothing would be kept
    [InlineData(64, 32, 16, 0)] // no stride
    public void Cut_ImpossibleLengths_AreRefused(long size, long window, long halo, long stride) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AxisCutter.Cut(size, window, halo, stride));

    private static string? Wrong(IReadOnlyList<AxisSegment> segments, int size, int window, int halo, int stride)
    {
        long kept = 0;
        foreach (AxisSegment segment in segments)
        {
            if (segment.KeepStart != kept || segment.KeepLength < 1)
            {
                return $"{segment} does not go on at {kept}";
            }
            if (segment.WindowStart < 0 || segment.WindowEnd > size || segment.WindowStart % stride != 0 || segment.WindowLength != Math.Min(size, window))
            {
                return $"{segment} has its window outside, off the grid or of another length";
            }
            if (segment.KeepStart < segment.WindowStart + (segment.WindowStart > 0 ? halo : 0) || segment.KeepEnd > segment.WindowEnd - (segment.WindowEnd < size ? halo : 0))
            {
                return $"{segment} keeps what lies in the halo";
            }
            kept = segment.KeepEnd;
        }
        // All but the first and the last window keep window - 2 halo.
        int least = size <= window ? 1 : 1 + ((size - window + window - (2 * halo) - 1) / (window - (2 * halo)));
        return kept != size ? $"ends at {kept}" : segments.Count != least ? $"{segments.Count} segments where {least} are enough" : null;
    }
}
