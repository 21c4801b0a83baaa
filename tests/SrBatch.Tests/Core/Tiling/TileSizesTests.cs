using SrBatch.Core.Tiling;

namespace SrBatch.Tests.Core.Tiling;

public class TileSizesTests
{
    private const int Stride = 16, ReceptiveField = 137;
    private const long Plenty = 1L << 40;

    [Fact]
    public void Choose_Auto_TakesTheReceptiveFieldAsHalo_AndTheLargestUsefulWindow() =>
        Assert.Equal(new TileSizes(1024, 144, Stride), TileSizes.Choose(null, null, ReceptiveField, Stride, 1024, Plenty));

    [Fact]
    public void Choose_SmallBudget_LimitsTheWindow() =>
        Assert.Equal(new TileSizes(512, 144, Stride), TileSizes.Choose(null, null, ReceptiveField, Stride, 1024, 1024L * 500 * 500));

    [Fact]
    public void Choose_TinyBudget_StillKeepsAStrideOfEachWindow() =>
        Assert.Equal(new TileSizes((2 * 144) + 16, 144, Stride), TileSizes.Choose(null, null, ReceptiveField, Stride, 1024, 0));

    [Fact]
    public void Choose_LargeBudget_DoesNotOverflow() =>
        Assert.Equal(1024, TileSizes.Choose(null, null, ReceptiveField, Stride, 512, long.MaxValue).Window);

    [Fact]
    public void Choose_AskedFor_IsRoundedUpToTheStride() =>
        Assert.Equal(new TileSizes(208, 32, Stride), TileSizes.Choose(200, 20, ReceptiveField, Stride, 1024, 0));

    [Fact]
    public void Choose_ForAllSmallNumbers_GivesSizesThatCutEveryAxis()
    {
        foreach (int stride in new[] { 1, 4, 8, 16 })
        {
            for (int tile = 1; tile <= 64; tile++)
            {
                for (int halo = 0; halo <= 24; halo++)
                {
                    TileSizes sizes = TileSizes.Choose(tile, halo, 0, stride, 1, 0);
                    Assert.True(sizes.Window >= tile && sizes.Halo >= halo && sizes.Halo < halo + stride && sizes.Window % stride == 0 && sizes.Halo % stride == 0, $"{sizes}");
                    foreach (int size in new[] { 1, stride, stride + 1, sizes.Window, sizes.Window + 1, 3 * sizes.Window })
                    {
                        Assert.Equal(TileSizes.RoundUp(size, stride), sizes.Cut(size)[^1].KeepEnd);
                    }
                }
            }
        }
    }

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
