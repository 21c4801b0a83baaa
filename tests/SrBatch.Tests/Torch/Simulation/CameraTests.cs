using SrBatch.Torch.Simulation.Designs;

namespace SrBatch.Tests.Torch.Simulation;

public class CameraTests
{
    [Theory]
    [InlineData(5, 2, 1.6)]
    [InlineData(400, 0.5, 3)]
    [InlineData(3000, 8, 0.4)]
    public void Expose_FlatField_HasTheVarianceOfPhotonsReadNoiseAndRounding(double photons, double gain, double readNoise)
    {
        const int Pixels = 512 * 512;
        var counts = Camera(gain, readNoise).Expose(Enumerable.Repeat(photons, Pixels).ToArray(), 512, 1, 0);
        var mean = counts.Average(value => (double)value);
        var variance = counts.Average(value => (value - mean) * (value - mean));
        var expected = gain * gain * (photons + readNoise * readNoise) + 1 / 12.0;
        // Five standard errors; 1.2 for the Poisson's excess kurtosis at 5 photons.
        Assert.Equal(100 + gain * photons, mean, 5 * Math.Sqrt(expected / Pixels));
        Assert.Equal(expected, variance, 1.2 * 5 * expected * Math.Sqrt(2.0 / Pixels));
    }

    [Fact]
    public void Expose_TooMuchLight_SaturatesAt65535() =>
        Assert.Equal([65535, 65535], Camera(2, 1).Expose([40_000, 1e9], 2, 1, 0));

    [Fact]
    public void Expose_LightBelowZero_CountsAsDark() =>
        Assert.Equal([100, 100], Camera(2, 0).Expose([-1, 0], 1, 1, 0));

    private static Camera Camera(double gain, double readNoise) =>
        new() { PeakPhotons = 1, BackgroundPhotons = 0, Gain = gain, Offset = 100, ReadNoise = readNoise };
}
