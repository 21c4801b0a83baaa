using SrBatch.Core.Tiling;

namespace SrBatch.Tests.Core.Tiling;

public class AxisCutterTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 80)]
    [InlineData(4, 160)]
    [InlineData(16, 240)]
    public void Cut_KeptParts_CoverEveryElementOnce_ForAllSmallSizes(int stride, int largestKeep)
    {
        for (int size = stride; size <= 200; size += stride)
        {
            for (int keep = stride; keep <= largestKeep; keep += stride)
            {
                for (int halo = 0; halo <= 3 * keep; halo += stride)
                {
                    string? wrong = Wrong(AxisCutter.Cut(size, keep, halo, stride), size, keep, halo, stride);
                    Assert.True(wrong is null, $"size {size}, keep {keep}, halo {halo}, stride {stride}: {wrong}");
                }
            }
        }
    }

    [Fact]
    public void Cut_AxisNoLongerThanAKeptPart_IsOneSegmentWhateverTheHalo() =>
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
    [InlineData(32, 24, 0, 16)] // kept part no multiple
    [InlineData(32, 0, 0, 16)] // no kept part
    [InlineData(64, 32, 8, 16)] // halo no multiple
    [InlineData(64, 32, -16, 16)] // negative halo
    [InlineData(64, 32, 16, 0)] // no stride
    public void Cut_ImpossibleLengths_AreRefused(long size, long keep, long halo, long stride) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AxisCutter.Cut(size, keep, halo, stride));

    private static string? Wrong(IReadOnlyList<AxisSegment> segments, int size, int keep, int halo, int stride)
    {
        long kept = 0;
        foreach (AxisSegment segment in segments)
        {
            if (segment.KeepStart != kept || segment.KeepLength < 1 || (segment.KeepLength != keep && segment.KeepEnd != size))
            {
                return $"{segment} does not go on at {kept} with {keep}";
            }
            if (segment.WindowStart != Math.Max(0, segment.KeepStart - halo)
                    || segment.WindowEnd != Math.Min(size, segment.KeepEnd + halo)
                    || segment.WindowStart % stride != 0)
            {
                return $"{segment} has not its halo around it, or is off the grid";
            }
            kept = segment.KeepEnd;
        }
        return kept != size ? $"ends at {kept}" : null;
    }
}
