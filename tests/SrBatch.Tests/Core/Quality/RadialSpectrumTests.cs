using System.Numerics;
using SrBatch.Core.Quality;
using SrBatch.Core.Randomness;

namespace SrBatch.Tests.Core.Quality;

public class RadialSpectrumTests
{
    [Theory]
    [InlineData(15, 400, 0)]
    [InlineData(16, 16, 16)]
    [InlineData(127, 300, 64)]
    [InlineData(128, 128, 128)]
    [InlineData(5000, 4000, 256)]
    public void SideOf_APlane_IsThePowerOfTwoThatFits(int height, int width, int side) => Assert.Equal(side, RadialSpectrum.SideOf(height, width));

    [Fact]
    public void Of_Noise_EqualsTheDefinitionOfTheFourierTransform()
    {
        const int side = 16, height = 18, width = 21;
        var random = new SampleRandom(4, 1);
        float[] values = [.. Enumerable.Range(0, height * width).Select(_ => (float)random.NextInt(1000))];
        double[] expected = Definition(values, height, width, side, 0.5);
        Assert.Equal(expected, RadialSpectrum.Of(values, height, width, side, 0.5), (a, b) => Math.Abs(a - b) <= 1e-9 * a);
    }

    [Fact]
    public void Of_AWave_PeaksAtItsFrequency()
    {
        const int side = 64, cycles = 9;
        float[] wave = [.. Enumerable.Range(0, side * side).Select(i => (float)Math.Cos(2 * Math.PI * cycles * (i % side) / side))];
        double[] power = RadialSpectrum.Of(wave, side, side, side, 1);
        Assert.Equal(cycles, Array.IndexOf(power, power.Max()) + 1);
    }

    /// <summary>A smooth image sampled twice as finely has the same power density at the frequencies that both show.</summary>
    [Fact]
    public void Of_FinerSampling_HasTheSameDensity()
    {
        double[] coarse = RadialSpectrum.Of(Blob(32, 1), 32, 32, 32, 1), fine = RadialSpectrum.Of(Blob(64, 0.5), 64, 64, 64, 0.5);
        for (int i = 0; i < 4; i++)
        {
            // The window falls on other places of the blob: within a few percent.
            Assert.Equal(1, fine[i] / coarse[i], 0.05);
        }
    }

    private static float[] Blob(int side, double pixel) => [.. Enumerable.Range(0, side * side).Select(i =>
    {
        double y = (i / side * pixel) - 16, x = (i % side * pixel) - 16;
        return (float)Math.Exp(-((y * y) + (x * x)) / 18);
    })];

    private static double[] Definition(float[] values, int height, int width, int side, double pixel)
    {
        double[] square = [.. Enumerable.Range(0, side * side).Select(i => (double)values[((((height - side) / 2) + (i / side)) * width) + ((width - side) / 2) + (i % side)])];
        double mean = square.Average(), weights = 0;
        for (int i = 0; i < square.Length; i++)
        {
            double weight = Math.Pow(Math.Sin(Math.PI * (i / side) / side) * Math.Sin(Math.PI * (i % side) / side), 2);
            square[i] = (square[i] - mean) * weight;
            weights += weight * weight;
        }
        var found = new List<double>[side / 2];
        for (int v = -side / 2; v < side / 2; v++)
        {
            for (int u = -side / 2; u < side / 2; u++)
            {
                Complex sum = 0;
                for (int i = 0; i < square.Length; i++)
                {
                    sum += square[i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((v * (i / side)) + (u * (i % side))) / side);
                }
                int radius = (int)Math.Round(Math.Sqrt((v * v) + (u * u)));
                if (radius >= 1 && radius <= side / 2)
                {
                    (found[radius - 1] ??= []).Add(sum.Magnitude * sum.Magnitude * pixel * pixel / weights);
                }
            }
        }
        return [.. found.Select(ring => ring.Average())];
    }
}
