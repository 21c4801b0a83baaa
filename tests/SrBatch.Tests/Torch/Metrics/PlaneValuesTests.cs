using System.Globalization;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class PlaneValuesTests
{
    [Fact]
    public void Of_Counts()
    {
        var values = PlaneValues.Of([1, 200, float.NaN, 199, 200, float.NegativeInfinity, 198]);
        Assert.Equal(new PlaneValues(2, 1, 200, 2, 1, 7), values);
        Assert.False(values.IsImage);
        Assert.True(PlaneValues.Of([3, 3]).IsConstant);
        Assert.True(PlaneValues.Of([float.NaN]).IsConstant);
        Assert.True(PlaneValues.Of([3, 4]).IsImage);
    }

    [Theory]
    [InlineData("255 255 17 3", 255, 0.5)] // the type's limit
    [InlineData("255 17 3 9", 65535, 0.25)] // a lone brightest pixel counts as what it is: of a real plane, next to nothing
    [InlineData("4095 4095 4095 12", 65535, 0.75)] // 12 bits in 16
    [InlineData("4095 4094 4090 4070", 65535, 0)]
    [InlineData("90 90 90 1", 65535, 0)] // few photons: whole numbers lie too far apart to tell
    [InlineData("255 255", 255, 0)] // constant
    public void SaturatedShare_IsThatOfThePlateau(string plane, double highest, double share)
    {
        float[] values = [.. plane.Split(' ').Select(word => float.Parse(word, CultureInfo.InvariantCulture))];
        Assert.Equal(share, PlaneValues.Of(values).SaturatedShare(highest));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(20)]
    public void SignalToNoise_FindsTheRatio(double ratio)
    {
        float[] image = BandLimitedImage.Make(256, 256, 0.2, 1);
        double found = SignalToNoise.Of(BandLimitedImage.WithNoise(image, 1 / ratio, 2), 256, 256)!.Value;
        // The median of 16,000 coefficients.
        Assert.InRange(found, ratio * 0.95, ratio * 1.05);
    }

    [Fact]
    public void SignalToNoise_NoNoise_IsNull() => Assert.Null(SignalToNoise.Of([.. Enumerable.Repeat(5f, 400)], 20, 20));
}
