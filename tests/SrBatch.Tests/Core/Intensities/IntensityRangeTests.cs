using SrBatch.Core.Intensities;

namespace SrBatch.Tests.Core.Intensities;

public class IntensityRangeTests
{
    [Fact]
    public void Normalise_BringsLowTo0AndHighTo1()
    {
        float[] values = new float[4];
        new IntensityRange(100, 300).Normalise([100, 300, 200, 500], values);
        Assert.Equal([0, 1, 0.5f, 2], values);
    }

    [Fact]
    public void Normalise_ValuesThatAreNotFinite_BecomeZero()
    {
        float[] values = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3];
        new IntensityRange(1, 3).Normalise(values, values);
        Assert.Equal([0, 0, 0, 1], values);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(5, 4)]
    [InlineData(5, float.NaN)]
    public void Span_OfAConstantImage_IsOne(float low, float high)
    {
        var range = new IntensityRange(low, high);
        float[] values = [5, 5];
        range.Normalise(values, values);
        Assert.Equal(1, range.Span);
        Assert.Equal([0, 0], values);
    }

    [Fact]
    public void Restore_Brings0ToLowAnd1ToHigh()
    {
        float[] values = new float[4];
        new IntensityRange(100, 300).Restore([0, 1, 0.5f, -1], values);
        Assert.Equal([100, 300, 200, -100], values);
    }

    [Fact]
    public void Restore_OfAConstantImage_IsThatConstant()
    {
        float[] values = [5, 5];
        var range = new IntensityRange(5, 5);
        range.Normalise(values, values);
        range.Restore(values, values);
        Assert.Equal([5, 5], values);
    }
}
