using System.Text.Json;
using SrBatch.Core.Intensities;
using SrBatch.Tests.Architecture;

namespace SrBatch.Tests.Core.Intensities;

public class PercentileCounterTests
{
    [Fact]
    public void Values_EqualNumpysPercentile()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SourceTree.Tests("Golden", "percentiles_golden.json")));
        double[] percentiles = [.. golden.RootElement.GetProperty("percentiles").EnumerateArray().Select(value => value.GetDouble())];
        foreach (JsonElement example in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            float[] values = GoldenArray.Floats(example.GetProperty("values"));
            double[] expected = [.. example.GetProperty("expected").EnumerateArray().Select(value => value.GetDouble())];
            IReadOnlyList<double> actual = Percentiles(percentiles, values);
            for (int i = 0; i < expected.Length; i++)
            {
                // One rounding of float64: the formulas are the same, but numpy may fuse the multiplication and the addition.
                double tolerance = Math.Max(Math.Abs(expected[i]) * 4e-16, 1e-60);
                Assert.True(
                    Math.Abs(expected[i] - actual[i]) <= tolerance,
                    $"{example.GetProperty("name")}, percentile {percentiles[i]}: {actual[i]:R}, numpy {expected[i]:R}");
            }
        }
    }

    [Fact]
    public void Values_FedInPieces_AreTheSame()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)Math.Sin(i))];
        var counter = new PercentileCounter([0.1, 50, 99.9]);
        foreach (float[] piece in values.Chunk(7))
        {
            counter.FirstPass(piece);
        }
        foreach (float[] piece in values.Reverse().Chunk(11))
        {
            counter.SecondPass(piece);
        }
        Assert.Equal(1000, counter.Count);
        Assert.Equal(Percentiles([0.1, 50, 99.9], values), counter.Values());
    }

    [Fact]
    public void Values_WholeNumbersOf16Bits_NeedOnePass_AndAreThoseOfTwo()
    {
        float[] values = [.. Enumerable.Range(0, 5000).Select(i => (float)((i * 7919 % 98304) - 32768))];
        double[] percentiles = [0, 0.1, 33.3, 50, 99.9, 100];
        var one = new PercentileCounter(percentiles);
        one.FirstPass(values);
        Assert.False(one.NeedsSecondPass);

        // One value that is no such number, the highest of all, makes it count the other way from there on.
        foreach (int at in new[] { 0, 2500, 5000 })
        {
            float[] mixed = [.. values[..at], 1e9f, .. values[at..]];
            var two = new PercentileCounter(percentiles);
            two.FirstPass(mixed);
            Assert.True(two.NeedsSecondPass);
            two.SecondPass(mixed);
            Assert.Equal(5001, two.Count);
            Assert.Equal((one.Values()[0], 1e9), (two.Values()[0], two.Values()[^1]));
            float[] sorted = [.. mixed.Order()];
            Assert.Equal(sorted[2500], two.Values()[3]);
        }
    }

    [Theory]
    [InlineData(new float[0])]
    [InlineData(new[] { float.NaN, float.PositiveInfinity })]
    public void Values_NothingFinite_AreNone(float[] values) => Assert.Empty(Percentiles([0, 50, 100], values));

    [Fact]
    public void Values_SecondPassSawLess_IsRefused()
    {
        var counter = new PercentileCounter([50]);
        counter.FirstPass([1.5f, 2, 3]);
        counter.SecondPass([1.5f]);
        Assert.Throws<ArgumentOutOfRangeException>(counter.Values);
    }

    private static IReadOnlyList<double> Percentiles(double[] percentiles, float[] values)
    {
        var counter = new PercentileCounter(percentiles);
        counter.FirstPass(values);
        counter.SecondPass(values);
        return counter.Values();
    }
}
