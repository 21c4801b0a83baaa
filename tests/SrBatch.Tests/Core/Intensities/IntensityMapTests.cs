using SrBatch.Core.Intensities;

namespace SrBatch.Tests.Core.Intensities;

public class IntensityMapTests
{
    [Fact]
    public void Normalise_WithLimits_ClipsWhatTheNetworkSees()
    {
        float[] pixels = [50, 100, 200, 300, 400];
        new IntensityMap(new IntensityRange(100, 300), 0, 1, new IntensityRange(0, 1)).Normalise(pixels);
        Assert.Equal([0, 0, 0.5f, 1, 1], pixels);
    }

    [Fact]
    public void Normalise_OneLimit_ClipsOneSide()
    {
        float[] pixels = [50, 400];
        new IntensityMap(new IntensityRange(100, 300), float.NegativeInfinity, 1, new IntensityRange(0, 1)).Normalise(pixels);
        Assert.Equal([-0.25f, 1], pixels);
    }

    [Fact]
    public void Normalise_ValuesThatAreNotFinite_StayWithinTheLimits()
    {
        float[] pixels = [float.NaN, float.PositiveInfinity];
        new IntensityMap(new IntensityRange(0, 1), 0.25f, 1, new IntensityRange(0, 1)).Normalise(pixels);
        Assert.Equal([0.25f, 0.25f], pixels);
    }

    [Fact]
    public void Of_ARange_HasNoLimits_AndComesBackToIt()
    {
        var map = IntensityMap.Of(new IntensityRange(100, 300));
        float[] pixels = [-100, 500];
        map.Normalise(pixels);
        Assert.Equal([-1, 2], pixels);
        map.Output.Restore(pixels, pixels);
        Assert.Equal([-100, 500], pixels);
    }
}
