using System.Text.Json;
using SrBatch.Core.Quality;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class PlaneMetricsTests
{
    /// <summary>Both compute in float64; what is left is the order of summation.</summary>
    private const double Tolerance = 1e-6;

    [Fact]
    public void Score_EqualsScikitImage()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SourceTree.Tests("Golden", "metrics_golden.json")));
        List<string> wrong = [];
        foreach (JsonElement example in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            PlaneScores scores = PlaneMetrics.Score(
                GoldenArray.Floats(example.GetProperty("prediction")), GoldenArray.Floats(example.GetProperty("target")),
                example.GetProperty("height").GetInt32(), example.GetProperty("width").GetInt32());
            foreach ((string name, double? actual) in new[] { ("psnrDb", scores.PsnrDb), ("ssim", scores.Ssim), ("nrmse", scores.Nrmse), ("pearson", scores.Pearson) })
            {
                double expected = example.GetProperty(name).GetDouble();
                if (actual is not { } value || !(Math.Abs(value - expected) <= Tolerance * (name == "nrmse" ? expected : 1)))
                {
                    wrong.Add($"{example.GetProperty("name")}: {name} is {actual:R}, scikit-image has {expected:R}");
                }
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Score_PredictionEqualsTarget_HasNoPsnr()
    {
        float[] plane = Wave(16, 20);
        PlaneScores scores = PlaneMetrics.Score(plane, plane, 16, 20);
        Assert.Null(scores.PsnrDb);
        Assert.Equal(1, scores.Ssim!.Value, 1e-12);
        Assert.Equal(0, scores.Nrmse);
        Assert.Equal(1, scores.Pearson!.Value, 1e-12);
    }

    [Fact]
    public void Score_GainAndOffset_DoNotCount()
    {
        float[] target = Wave(16, 20), prediction = [.. Wave(16, 20).Select((value, i) => value + (0.1f * (i % 3)))];
        // Powers of two keep the values' digits.
        float[] brighter = [.. prediction.Select(value => (4 * value) + 64)];
        PlaneScores one = PlaneMetrics.Score(prediction, target, 16, 20), other = PlaneMetrics.Score(brighter, target, 16, 20);
        // 64 takes 6 of the values' 24 bits: 1e-5 of them remain in the decibels.
        Assert.Equal(one.PsnrDb!.Value, other.PsnrDb!.Value, 1e-4);
        Assert.Equal(one.Ssim!.Value, other.Ssim!.Value, 1e-5);
        Assert.Equal(one.Pearson!.Value, other.Pearson!.Value, 1e-6);
    }

    [Fact]
    public void Score_ConstantTarget_HasOnlyNrmse() =>
        Assert.Equal(new PlaneScores { Nrmse = 0 }, PlaneMetrics.Score(Wave(16, 20), Constant(7, 320), 16, 20));

    [Fact]
    public void Score_TargetOfZeros_HasNothing() => Assert.Equal(new PlaneScores(), PlaneMetrics.Score(Wave(16, 20), new float[320], 16, 20));

    [Fact]
    public void Score_ConstantPrediction_IsScoredAsTheTargetsMean()
    {
        float[] target = Wave(16, 20);
        PlaneScores scores = PlaneMetrics.Score(Constant(7, 320), target, 16, 20);
        double mean = target.Average(value => (double)value), rms = Math.Sqrt(target.Average(value => (double)value * value));
        Assert.Null(scores.Pearson);
        Assert.NotNull(scores.PsnrDb);
        Assert.InRange(scores.Ssim!.Value, -1, 0.9);
        // 1e-9: float64 sums in another order.
        Assert.Equal(Math.Sqrt((rms * rms) - (mean * mean)) / rms, scores.Nrmse!.Value, 1e-9);
    }

    [Fact]
    public void Score_UncorrelatedExactly_HasPearsonZero() =>
        Assert.Equal(0, PlaneMetrics.Score([-1, 0, 1], [1, -2, 1], 1, 3).Pearson);

    [Theory]
    [InlineData(10, 40)]
    [InlineData(40, 10)]
    [InlineData(1, 1000)]
    public void Score_Below11Pixels_HasNoSsim(int height, int width)
    {
        float[] target = Wave(height, width), prediction = [.. target.Select((value, i) => value + (i % 3))];
        PlaneScores scores = PlaneMetrics.Score(prediction, target, height, width);
        Assert.Null(scores.Ssim);
        Assert.True(scores is { PsnrDb: not null, Nrmse: not null, Pearson: not null }, $"{scores}");
    }

    [Fact]
    public void Score_OnePixel_HasNothingButNrmse() => Assert.Equal(new PlaneScores { Nrmse = 0 }, PlaneMetrics.Score([3], [4], 1, 1));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Score_NotFinite_IsAsIfThePixelWereNotThere(float value)
    {
        float[] target = Wave(16, 20), prediction = [.. target.Select((pixel, i) => pixel + (i % 3))], broken = [.. target], brokenToo = [.. prediction];
        (broken[57], brokenToo[57]) = (value, value);
        PlaneScores without = PlaneMetrics.Score(prediction.Where((_, i) => i != 57).ToArray(), target.Where((_, i) => i != 57).ToArray(), 1, 319);
        foreach (PlaneScores scores in (PlaneScores[])[PlaneMetrics.Score(prediction, broken, 16, 20), PlaneMetrics.Score(brokenToo, target, 16, 20)])
        {
            Assert.Equal(without, scores with { Ssim = null });
            // Neighbourhoods see the pixel filled in.
            Assert.Equal(PlaneMetrics.Score(prediction, target, 16, 20).Ssim!.Value, scores.Ssim!.Value, 0.02);
        }
    }

    [Fact]
    public void Score_NothingFinite_HasNothing()
    {
        Assert.Equal(new PlaneScores(), PlaneMetrics.Score(Wave(16, 20), Constant(float.NaN, 320), 16, 20));
        Assert.Equal(new PlaneScores(), PlaneMetrics.Score(Constant(float.NaN, 320), Wave(16, 20), 16, 20));
    }

    [Fact]
    public void Score_WrongLengths_AreRefused()
    {
        var fault = Assert.Throws<ArgumentException>(() => PlaneMetrics.Score(new float[6], new float[5], 2, 3));
        Assert.StartsWith("6 and 5 values; expected 2 x 3", fault.Message, StringComparison.Ordinal);
    }

    private static float[] Wave(int height, int width) =>
        [.. Enumerable.Range(0, height * width).Select(i => (float)(2 + Math.Sin(i / width * 0.7) + Math.Cos(i % width * 0.4)))];

    private static float[] Constant(float value, int count) => [.. Enumerable.Repeat(value, count)];
}
