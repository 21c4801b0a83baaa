using SrBatch.Torch.Simulation;
using SrBatch.Torch.Simulation.Designs;

namespace SrBatch.Tests.Torch.Simulation;

public class PairSimulatorTests
{
    public static TheoryData<string, int> PairsAndScales()
    {
        var data = new TheoryData<string, int>();
        foreach (var pair in SimulationOptions.Pairs)
        {
            foreach (var scale in (int[])[1, 2, 4])
            {
                data.Add(pair, scale);
            }
        }
        return data;
    }

    public static TheoryData<string> Pairs() => [.. SimulationOptions.Pairs];

    public static TheoryData<string> Structures() => [.. SimulationOptions.Structures];

    [Theory]
    [MemberData(nameof(Structures))]
    public void Simulate_SameOptionsAndImage_GivesSameBytes(string structure)
    {
        var options = new SimulationOptions { SizePx = 32, Structure = structure, Images = 2 };
        var first = PairSimulator.Simulate(options, 1);
        // The number of images does not change the images themselves.
        var second = PairSimulator.Simulate(options with { Images = 9 }, 1);
        Assert.Equal(first.Low, second.Low);
        Assert.Equal(first.High, second.High);
        Assert.Equal(first.Parameters, second.Parameters);
    }

    [Fact]
    public void Simulate_OtherSeedOrImage_GivesOtherSample()
    {
        var options = new SimulationOptions { SizePx = 32, Images = 2 };
        var image = PairSimulator.Simulate(options, 0);
        Assert.NotEqual(image.High, PairSimulator.Simulate(options, 1).High);
        Assert.NotEqual(image.High, PairSimulator.Simulate(options with { Seed = 2 }, 0).High);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Simulate_ImageOutsideTheSeries_IsRefused(int image) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PairSimulator.Simulate(new() { SizePx = 32, Images = 2 }, image));

    [Theory]
    [MemberData(nameof(PairsAndScales))]
    public void Simulate_EachPairAndScale_HasItsSizesAndUsesItsRange(string pair, int scale)
    {
        var made = PairSimulator.Simulate(new() { SizePx = 48, Scale = scale, Pair = pair, Structure = "mixed" }, 0);
        Assert.Equal((48, 48, 48 * 48), (made.LowHeight, made.LowWidth, made.Low.Length));
        Assert.Equal((48 * scale, 48 * scale, 48 * 48 * scale * scale), (made.HighHeight, made.HighWidth, made.High.Length));
        Assert.Equal(made.HighPixelSizeUm * scale, made.LowPixelSizeUm, 1e-12);
        // Bright structures exceed the offset; hardly any pixel is saturated.
        Assert.True(made.High.Max() > 2000);
        Assert.True(made.High.Count(value => value == ushort.MaxValue) <= made.High.Length / 1000);
        Assert.True(made.Low.Max() > 1.5 * made.Low.Average(value => value));
    }

    [Theory]
    [MemberData(nameof(PairsAndScales))]
    public void ExpectedPhotons_LowOverHigh_CorrelateBestWithoutShift(string pair, int scale)
    {
        const int Reach = 3;
        const int Width = 160;
        var options = new SimulationOptions { SizePx = Width / scale, Scale = scale, Pair = pair, Structure = "mixed" };
        // Without noise, so that only a wrong grid could move the peak.
        var (lowImage, highImage) = PairSimulator.ExpectedPhotons(options, PairDesign.Named(pair), 0);
        double Correlation(int dy, int dx)
        {
            double sum = 0, low = 0, high = 0, lowSquare = 0, highSquare = 0;
            var count = 0;
            for (var y = Reach; y < Width - Reach; y++)
            {
                for (var x = Reach; x < Width - Reach; x++)
                {
                    var l = lowImage[y / scale * options.SizePx + x / scale];
                    var h = highImage[(y + dy) * Width + x + dx];
                    (sum, low, high, lowSquare, highSquare) = (sum + l * h, low + l, high + h, lowSquare + l * l, highSquare + h * h);
                    count++;
                }
            }
            return (count * sum - low * high) / Math.Sqrt((count * lowSquare - low * low) * (count * highSquare - high * high));
        }

        // Vertex of the parabola through three shifts. The sample's borders move it by some hundredths of a pixel, a wrong grid by half a
        // pixel or more.
        double Peak(Func<int, double> along) => (along(1) - along(-1)) / (2 * (2 * along(0) - along(1) - along(-1)));
        Assert.InRange(Peak(shift => Correlation(shift, 0)), -0.2, 0.2);
        Assert.InRange(Peak(shift => Correlation(0, shift)), -0.2, 0.2);
        var still = Correlation(0, 0);
        Assert.True(still > 0.5, $"correlation is {still}");
        Assert.All(
            Enumerable.Range(-Reach, 2 * Reach + 1),
            shift => Assert.True(Correlation(shift, shift) <= still && Correlation(shift, -shift) <= still));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Simulate_Parameters_TellTheMicroscopes(string pair)
    {
        var parameters = PairSimulator.Simulate(new() { SizePx = 16, Pair = pair, Seed = 18446744073709551615 }, 0).Parameters;
        Assert.Equal("18446744073709551615", parameters["seed"]);
        Assert.All(parameters.Values, value => Assert.True(value is string or double or long));
        Assert.True((double)parameters["low_psf_fwhm_nm"] > 1.5 * (double)parameters["high_psf_fwhm_nm"]);
        Assert.Equal(28, parameters.Count);
    }
}
