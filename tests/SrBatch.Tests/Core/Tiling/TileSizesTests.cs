using SrBatch.Core.Tiling;

namespace SrBatch.Tests.Core.Tiling;

public class TileSizesTests
{
    private const int Stride = 16, ReceptiveField = 137;
    private const long Plenty = 1L << 40;

    [Fact]
    public void Choose_PlaneThatFits_IsOneWindow() =>
        Assert.Equal(new TileSizes(1008, 512, 144, Stride), TileSizes.Choose(1001, 500, 1, null, ReceptiveField, Stride, 1008 * 512));

    [Fact]
    public void Choose_LargePlane_TakesTheWindowsThatComputeLeast()
    {
        // 1 Mpixel: 4 x 4 windows of 1024 + 2 x 32 at most have more; 5 columns of 896 and 4 rows of 1024 do not.
        TileSizes tiles = TileSizes.Choose(4096, 4096, 1, null, 32, Stride, 1 << 20);
        Assert.True(tiles.WindowPixels(4096, 4096) <= 1 << 20);
        long computed = Computed(tiles, 4096, 4096);
        for (int rows = 128; rows <= 4096; rows += 128)
        {
            for (int columns = 128; columns <= 4096; columns += 128)
            {
                var other = new TileSizes(rows, columns, 32, Stride);
                Assert.True(
                    other.WindowPixels(4096, 4096) > 1 << 20 || Computed(other, 4096, 4096) * 1.02 >= computed,
                    $"{other} computes {Computed(other, 4096, 4096)}, {tiles} {computed}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Choose_KeptParts_AreWholeChunks(int scale)
    {
        foreach (int size in new[] { 257, 1000, 4096, 10_000 })
        {
            TileSizes tiles = TileSizes.Choose(size, size, scale, null, 32, Stride, 300_000);
            int chunk = TileSizes.ChunkLength(size, tiles.KeepRows, scale);
            Assert.True(
                chunk is >= 128 and <= 256 || (tiles.KeepRows >= size && chunk == Math.Min(256, size * scale)),
                $"{size}: {tiles}, chunk {chunk}");
        }
    }

    [Theory]
    [InlineData(256, 1, 256)]
    [InlineData(208, 1, 208)]
    [InlineData(976, 1, 244)]
    [InlineData(16, 2, 32)]
    [InlineData(4096, 1, 256)]
    public void ChunkLength_IsTheLongestThatDividesAKeptPart(int keep, int scale, int expected) =>
        Assert.Equal(expected, TileSizes.ChunkLength(100_000, keep, scale));

    [Fact]
    public void ChunkLength_OneWindow_IsThePlaneWhenThatIsShorter() =>
        Assert.Equal((100, 256), (TileSizes.ChunkLength(50, 64, 2), TileSizes.ChunkLength(500, 512, 2)));

    [Fact]
    public void Choose_TinyBudget_TakesTheSmallestWindows() =>
        Assert.Equal(new TileSizes(128, 128, 144, Stride), TileSizes.Choose(4096, 4096, 1, null, ReceptiveField, Stride, 0));

    [Fact]
    public void Choose_HugePlane_IsQuick()
    {
        TileSizes tiles = TileSizes.Choose(1L << 40, 3_000_000_000, 1, null, 32, Stride, 1 << 20);
        Assert.True(((long)tiles.KeepRows + 64) * (tiles.KeepColumns + 64) <= 1 << 20, $"{tiles}");
    }

    [Fact]
    public void Choose_SideAskedFor_IsTheWindowsHaloIncluded() =>
        Assert.Equal(new TileSizes(144, 144, 32, Stride), TileSizes.Choose(4096, 4096, 1, 200, 20, Stride, 0));

    [Fact]
    public void Choose_SideSmallerThanItsHalo_KeepsAStride() =>
        Assert.Equal(new TileSizes(16, 16, 144, Stride), TileSizes.Choose(4096, 4096, 1, 32, ReceptiveField, Stride, 0));

    [Fact]
    public void Blocks_KeepEveryPixelOnce_AndFewTogether()
    {
        foreach ((int height, int width, int scale, TileSizes tiles) in new[]
        {
            (100, 300, 1, new TileSizes(16, 48, 16, 16)),
            (1, 1, 4, new TileSizes(16, 16, 16, 16)),
            (3000, 9000, 1, new TileSizes(1024, 1024, 32, 16)),
            (700, 900, 4, new TileSizes(512, 512, 16, 16)),
        })
        {
            byte[] seen = new byte[height * width];
            foreach (TileBlock block in tiles.Blocks(height, width, scale))
            {
                Assert.True(
                    block.Columns.Count == 1 || block.Columns.Count * (long)tiles.KeepRows * tiles.KeepColumns * scale * scale <= 8 << 20);
                for (long row = block.Rows.KeepStart; row < Math.Min(block.Rows.KeepEnd, height); row++)
                {
                    for (long column = block.KeepStart; column < Math.Min(block.KeepEnd, width); column++)
                    {
                        seen[(row * width) + column]++;
                    }
                }
            }
            Assert.All(seen, count => Assert.Equal(1, count));
        }
    }

    private static long Computed(TileSizes tiles, long height, long width) =>
        tiles.Blocks(height, width, 1).Sum(block => block.Rows.WindowLength * block.Columns.Sum(column => column.WindowLength));

    [Theory]
    [InlineData(1, 16, 16)]
    [InlineData(16, 16, 16)]
    [InlineData(17, 16, 32)]
    [InlineData(0, 16, 0)]
    [InlineData(7, 1, 7)]
    public void RoundUp_GivesTheSmallestMultipleThatIsEnough(int length, int stride, int expected)
    {
        Assert.Equal(expected, TileSizes.RoundUp(length, stride));
        Assert.Equal(expected, TileSizes.RoundUp((long)length, stride));
    }
}
