using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Inference;

namespace SrBatch.Tests.Torch.Inference;

public class TiledEnhancerTests
{
    private static readonly IntensityRange Unchanged = new(0, 1);

    private static readonly TileSizes[] Tilings = [new(8, 8, 4, 4), new(4, 12, 0, 4), new(1, 2, 2, 1), new(32, 32, 16, 16)];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 5)]
    [InlineData(4, 2)]
    public void Enhance_NearestUpsampling_IsExact_AndReadsEachPixelOnce(int scale, int batch)
    {
        foreach (TileSizes tiles in Tilings)
        {
            foreach (int height in new[] { 1, 2, 4, 15, 16, 17, 33, 65 })
            {
                foreach (int width in new[] { 1, 3, 16, 17, 31, 66 })
                {
                    float[] plane = Ramp(height, width);
                    (float[] output, int windows) = Enhance(
                        plane, width, scale, tiles, batch, Unchanged, (windows, side) => Nearest(windows, side, scale));
                    Assert.Equal(Nearest(plane, width, scale), output);
                    Assert.Equal(tiles.Blocks(height, width, scale).Sum(block => block.Columns.Count), windows);
                }
            }
        }
    }

    [Fact]
    public void Enhance_PlusOne_AddsOneOfTheRangeEverywhere()
    {
        // Powers of two, so that normalising and restoring is exact.
        float[] plane = Ramp(37, 53);
        var range = new IntensityRange(128, 384);
        (float[] output, _) = Enhance(
            plane, 53, 1, new TileSizes(8, 8, 4, 4), 3, range, (windows, _) => Array.ConvertAll(windows, value => value + 1));
        Assert.Equal(plane.Select(value => value + 256), output);
    }

    [Fact]
    public void Enhance_BeyondTheLastRowAndColumn_TheNetworkSeesThemRepeated()
    {
        float[] seen = [];
        Enhance([1, 2, 3, 4, 5, 6], 3, 1, new TileSizes(8, 8, 0, 4), 1, Unchanged, (windows, _) => seen = windows);
        Assert.Equal([1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6], seen);
    }

    [Fact]
    public void Enhance_NotANumber_IsSeenAsTheRangesLowEnd()
    {
        var range = new IntensityRange(10, 30);
        (float[] output, _) = Enhance([float.NaN, 30], 2, 1, new TileSizes(4, 4, 0, 1), 1, range, (windows, _) => windows);
        Assert.Equal([10, 30], output);
    }

    [Fact]
    public void Enhance_Batch_IsNeverExceeded_AndWindowsHaveOneSize()
    {
        List<(int Count, int Height, int Width)> calls = [];
        var enhancer = new TiledEnhancer((windows, count, height, width, result) =>
        {
            calls.Add((count, height, width));
            windows.CopyTo(result);
        }, 1, 3);
        enhancer.Enhance(17, 65, new TileSizes(8, 8, 4, 4), Unchanged, Dark, (_, _) => { }, TestContext.Current.CancellationToken);
        // 65 columns are padded to 68: 9 windows in a row, the first and the last without a halo beyond the plane. There are 3 such rows.
        int[] heights = [12, 16, 8];
        (int Count, int Width)[] row = [(1, 12), (3, 16), (3, 16), (1, 16), (1, 8)];
        Assert.Equal(heights.SelectMany(height => row.Select(call => (call.Count, height, call.Width))), calls);
    }

    [Fact]
    public void Enhance_Cancelled_WritesNoMoreRows()
    {
        using var stop = new CancellationTokenSource();
        List<long> written = [];
        var enhancer = new TiledEnhancer((windows, _, _, _, result) => windows.CopyTo(result), 1, 1);
        Assert.Throws<OperationCanceledException>(
            () => enhancer.Enhance(16, 4, new TileSizes(4, 4, 0, 4), Unchanged, Dark, Write, stop.Token));
        Assert.Equal([0], written);

        void Write(TileBlock block, ReadOnlySpan<float> values)
        {
            written.Add(block.Rows.KeepStart);
            stop.Cancel();
        }
    }

    private static void Dark(long row, long column, int rows, int columns, Span<float> destination) => destination.Clear();

    /// <summary>Runs the enhancer and checks that it reads no row of a panel twice; panels share the columns of their halos.</summary>
    /// <param name="network">Receives windows and their width.</param>
    private static (float[] Output, int Windows) Enhance(
        float[] plane,
        int width,
        int scale,
        TileSizes tiles,
        int batch,
        IntensityRange range,
        Func<float[], int, float[]> network)
    {
        float[] output = new float[plane.Length * scale * scale];
        byte[] reads = new byte[plane.Length];
        var enhancer = new TiledEnhancer((values, _, _, side, result) => network(values.ToArray(), side).CopyTo(result), scale, batch);
        int windows = enhancer.Enhance(
            plane.Length / width, width, tiles, range, Read, (block, values) => block.CopyTo(values, output, width, scale));
        Assert.All(reads, count => Assert.Equal(1, count));
        return (output, windows);

        void Read(long row, long column, int rows, int columns, Span<float> destination)
        {
            for (int y = 0; y < rows; y++)
            {
                plane.AsSpan((int)((row + y) * width + column), columns).CopyTo(destination[(y * columns)..]);
                for (int x = 0; x < columns; x++)
                {
                    reads[(int)(((row + y) * width) + column + x)]++;
                }
            }
        }
    }

    private static float[] Ramp(int height, int width) => [.. Enumerable.Range(0, height * width).Select(i => (float)i)];

    /// <summary>Repeats each value scale x scale times, in rows of <paramref name="width"/>. Planes below each other stay so.</summary>
    private static float[] Nearest(float[] plane, int width, int scale)
    {
        float[] result = new float[plane.Length * scale * scale];
        for (int i = 0; i < result.Length; i++)
        {
            int row = i / (width * scale), column = i % (width * scale);
            result[i] = plane[(row / scale * width) + (column / scale)];
        }
        return result;
    }
}
