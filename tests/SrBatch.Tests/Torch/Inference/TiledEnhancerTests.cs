using SrBatch.Core.Intensities;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Inference;

namespace SrBatch.Tests.Torch.Inference;

public class TiledEnhancerTests
{
    private static readonly IntensityRange Unchanged = new(0, 1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 5)]
    [InlineData(4, 2)]
    public void Enhance_NearestUpsampling_IsExact_AndReadsEachPixelOnce(int scale, int batch)
    {
        foreach (TileSizes tiles in new[] { new TileSizes(8, 8, 4, 4), new TileSizes(4, 12, 0, 4), new TileSizes(1, 2, 2, 1), new TileSizes(32, 32, 16, 16) })
        {
            foreach (int height in new[] { 1, 2, 4, 15, 16, 17, 33, 65 })
            {
                foreach (int width in new[] { 1, 3, 16, 17, 31, 66 })
                {
                    float[] plane = Ramp(height, width);
                    (float[] output, int windows) = Enhance(plane, height, width, scale, tiles, batch, Unchanged, (windows, _, side) => Nearest(windows, side, scale));
                    Assert.Equal(Nearest(plane, width, scale), output);
                    Assert.Equal(tiles.Blocks(height, width, scale).Sum(block => block.Columns.Count), windows);
                }
            }
        }
    }

    [Fact]
    public void Enhance_PlusOne_AddsOneOfTheRangeEverywhere()
    {
        // Powers of two: normalising and back loses no digit.
        float[] plane = Ramp(37, 53);
        (float[] output, _) = Enhance(plane, 37, 53, 1, new TileSizes(8, 8, 4, 4), 3, new IntensityRange(128, 384), (windows, _, _) => Array.ConvertAll(windows, value => value + 1));
        Assert.Equal(plane.Select(value => value + 256), output);
    }

    [Fact]
    public void Enhance_BeyondTheLastRowAndColumn_TheNetworkSeesThemRepeated()
    {
        float[] seen = [];
        Enhance([1, 2, 3, 4, 5, 6], 2, 3, 1, new TileSizes(8, 8, 0, 4), 1, Unchanged, (windows, _, _) => seen = windows);
        Assert.Equal([1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6], seen);
    }

    [Fact]
    public void Enhance_NotANumber_IsSeenAsTheRangesLowEnd()
    {
        (float[] output, _) = Enhance([float.NaN, 30], 1, 2, 1, new TileSizes(4, 4, 0, 1), 1, new IntensityRange(10, 30), (windows, _, _) => windows);
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
        enhancer.Enhance(17, 65, new TileSizes(8, 8, 4, 4), Unchanged, (_, _, _, _, destination) => destination.Clear(), (_, _) => { }, TestContext.Current.CancellationToken);
        // 65 columns are continued to 68: 9 windows in a row, the first and the last without a halo beyond the plane. 3 such rows.
        int[] heights = [12, 16, 8];
        Assert.Equal(heights.SelectMany(height => new[] { (1, height, 12), (3, height, 16), (3, height, 16), (1, height, 16), (1, height, 8) }), calls);
    }

    [Fact]
    public void Enhance_Cancelled_WritesNoMoreRows()
    {
        using var stop = new CancellationTokenSource();
        List<long> written = [];
        var enhancer = new TiledEnhancer((windows, _, _, _, result) => windows.CopyTo(result), 1, 1);
        Assert.Throws<OperationCanceledException>(() => enhancer.Enhance(16, 4, new TileSizes(4, 4, 0, 4), Unchanged, (_, _, _, _, destination) => destination.Clear(), (block, _) =>
        {
            written.Add(block.Rows.KeepStart);
            stop.Cancel();
        }, stop.Token));
        Assert.Equal([0], written);
    }

    /// <summary>Runs the enhancer and checks that no row of a panel is read twice; panels share the columns of their halos.</summary>
    private static (float[] Output, int Windows) Enhance(float[] plane, int height, int width, int scale, TileSizes tiles, int batch, IntensityRange range, Func<float[], int, int, float[]> network)
    {
        float[] output = new float[plane.Length * scale * scale];
        byte[] reads = new byte[plane.Length];
        int windows = new TiledEnhancer((values, _, h, w, result) => network(values.ToArray(), h, w).CopyTo(result), scale, batch).Enhance(height, width, tiles, range, (row, column, rows, columns, destination) =>
        {
            for (int y = 0; y < rows; y++)
            {
                plane.AsSpan((int)((row + y) * width + column), columns).CopyTo(destination[(y * columns)..]);
                for (int x = 0; x < columns; x++)
                {
                    reads[(int)(((row + y) * width) + column + x)]++;
                }
            }
        }, (block, values) => block.CopyTo(values, output, width, scale));
        Assert.All(reads, count => Assert.Equal(1, count));
        return (output, windows);
    }

    private static float[] Ramp(int height, int width) => [.. Enumerable.Range(0, height * width).Select(i => (float)i)];

    /// <summary>Each value of rows of <paramref name="width"/>, scale x scale times. Planes below each other stay so.</summary>
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
