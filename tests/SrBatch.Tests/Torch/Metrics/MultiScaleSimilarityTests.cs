using System.Text.Json;
using SrBatch.Core.Quality;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class MultiScaleSimilarityTests
{
    /// <summary>Both compute in float64; planes between the scales are float32, 1e-7 of an intensity here.</summary>
    private const double Tolerance = 1e-6;

    [Fact]
    public void Score_LargePlanes_EqualsScikitImage()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(SourceTree.Tests("Golden", "scales_golden.json")));
        List<string> wrong = [];
        foreach (JsonElement example in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            double Number(string key) => example.GetProperty(key).GetDouble();
            (int height, int width) = (example.GetProperty("height").GetInt32(), example.GetProperty("width").GetInt32());
            (float[] target, float[] prediction) = Planes(height, width, Number("gain"), Number("offset"), Number("noise"), Number("highest"));
            PlaneScores scores = PlaneMetrics.Score(prediction, target, height, width, multiScale: true);
            foreach ((string name, double? actual) in new[] { ("psnrDb", scores.PsnrDb), ("ssim", scores.Ssim), ("msSsim", scores.MsSsim), ("nrmse", scores.Nrmse), ("pearson", scores.Pearson) })
            {
                if (actual is not { } value || !(Math.Abs(value - Number(name)) <= Tolerance * (name == "nrmse" ? Number(name) : 1)))
                {
                    wrong.Add($"{example.GetProperty("name")}: {name} is {actual:R}, scikit-image has {Number(name):R}");
                }
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(175, 400)]
    [InlineData(400, 175)]
    public void Score_Below176Pixels_HasNoMsSsim(int height, int width)
    {
        (float[] target, float[] prediction) = Planes(height, width, 1, 0, 1, 255);
        PlaneScores scores = PlaneMetrics.Score(prediction, target, height, width, multiScale: true);
        Assert.Null(scores.MsSsim);
        Assert.NotNull(scores.Ssim);
    }

    [Fact]
    public void Score_UnlessAskedFor_HasNoMsSsim()
    {
        (float[] target, float[] prediction) = Planes(176, 176, 1, 0, 1, 255);
        Assert.Null(PlaneMetrics.Score(prediction, target, 176, 176).MsSsim);
    }

    [Fact]
    public void Score_SamePlanes_IsOne_AndStructuresThatContradict_AreZero()
    {
        (float[] target, _) = Planes(176, 176, 1, 0, 1, 255);
        Assert.Equal(1, PlaneMetrics.Score(target, target, 176, 176, multiScale: true).MsSsim!.Value, 1e-9);
        // A common slope keeps the line from turning what is inverted.
        float[] upright = [.. target.Select((value, i) => value + (6 * (i % 176)))], inverted = [.. target.Select((value, i) => (6 * (i % 176)) - value)];
        Assert.Equal(0, PlaneMetrics.Score(inverted, upright, 176, 176, multiScale: true).MsSsim);
    }

    /// <summary>As scales_golden.py makes them.</summary>
    private static (float[] Target, float[] Prediction) Planes(int height, int width, double gain, double offset, double noise, double highest)
    {
        float[] target = new float[height * width], prediction = new float[target.Length];
        for (long y = 0; y < height; y++)
        {
            for (long x = 0; x < width; x++)
            {
                long truth = (6 * Math.Abs((y % 29) - 14)) + (4 * Math.Abs((x % 41) - 20)) + (9 * (x * y / 50 % 17));
                long grain = (((x * 7919) + (y * 104729) + (x * y * 31)) % 101) - 50;
                target[(y * width) + x] = (float)Math.Min(offset + (gain * truth), highest);
                prediction[(y * width) + x] = (float)Math.Min(offset + (gain * (truth / 2)) + (noise * grain), highest);
            }
        }
        return (target, prediction);
    }
}
