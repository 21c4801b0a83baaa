using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class MissingPixelsTests
{
    [Fact]
    public void In_SeveralPlanes_IsWhatIsMissingInAny()
    {
        Assert.Null(MissingPixels.In([1, 2], [3, 4]));
        Assert.Equal([true, false, true], MissingPixels.In([float.NaN, 1, 2], [1, 2, float.NegativeInfinity])!);
    }

    [Fact]
    public void Filled_NothingMissing_IsThePlaneItself()
    {
        float[] plane = [1, 2];
        Assert.Same(plane, MissingPixels.Filled(plane, null, 1, 2));
        Assert.Same(plane, MissingPixels.Without(plane, null));
    }

    [Fact]
    public void Filled_AHole_BecomesTheMeanOfTheSmallestSquareAroundIt()
    {
        float nan = float.NaN;
        float[] plane =
        [
            1, 2, nan, nan,
            nan, 3, nan, nan,
            4, 4, 5, 5,
            4, 4, 5, 5,
        ];
        Assert.Equal(
            [
                1, 2, 11f / 3, 11f / 3,
                2, 3, 11f / 3, 11f / 3,
                4, 4, 5, 5,
                4, 4, 5, 5,
            ],
            MissingPixels.Filled(plane, MissingPixels.In(plane), 4, 4));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(5, 3)]
    public void Filled_AllMissing_IsZero(int height, int width)
    {
        float[] plane = [.. Enumerable.Repeat(float.NaN, height * width)];
        Assert.All(MissingPixels.Filled(plane, MissingPixels.In(plane), height, width), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Filled_OnePixelLeft_IsEverywhere()
    {
        for (int left = 0; left < 35; left++)
        {
            float[] plane = [.. Enumerable.Repeat(float.NaN, 35)];
            plane[left] = 6;
            Assert.All(MissingPixels.Filled(plane, MissingPixels.In(plane), 5, 7), value => Assert.Equal(6, value));
        }
    }
}
