using SrBatch.Core.Quality;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Pipelines.Training.Validation;

public class CountedPixelsTests
{
    private const int Side = 32;

    private static readonly float[] Target = [.. Enumerable.Range(0, Side * Side).Select(i => (float)Math.Sin(i * 0.37) + (i % Side / 10f))];
    private static readonly float[] Output = [.. Target.Select((value, i) => (0.8f * value) + 3 + (float)(0.1 * Math.Cos(i * 1.7)))];

    [Fact]
    public void Of_AllFinite_IsNull() => Assert.Null(CountedPixels.Of(null, Target, Side / 2, 2));

    [Fact]
    public void Of_InputNotFinite_LeavesOutItsTargetPixels()
    {
        float[] input = new float[Side * Side / 4];
        input[(3 * Side / 2) + 5] = float.PositiveInfinity;
        int[] pixels = [(6 * Side) + 10, (6 * Side) + 11, (7 * Side) + 10, (7 * Side) + 11];
        float[] spoilt = [.. Target.Select((value, i) => pixels.Contains(i) ? 1e6f : value)];
        PlaneScores found = CountedPixels.Of(input, spoilt, Side / 2, 2)!.Score(Output, spoilt, Side, Side);
        Assert.Equal(PsnrWithout(pixels), found.PsnrDb!.Value, 1e-9);
    }

    /// <summary>Before, a single pixel cost the plane its scores.</summary>
    [Fact]
    public void Score_TargetNotFinite_IsThatOfTheOtherPixels()
    {
        int[] pixels = [0, 500, 501];
        float[] spoilt = [.. Target.Select((value, i) => pixels.Contains(i) ? float.NaN : value)];
        PlaneScores found = CountedPixels.Of(null, spoilt, Side / 2, 2)!.Score(Output, spoilt, Side, Side);
        Assert.Equal(PsnrWithout(pixels), found.PsnrDb!.Value, 1e-9);
        // Three pixels of a thousand, which agree where they were replaced.
        Assert.Equal(PlaneMetrics.Score(Output, Target, Side, Side).Ssim!.Value, found.Ssim!.Value, 0.02);
    }

    [Fact]
    public void Score_NothingFinite_IsNull() =>
        Assert.Equal(new PlaneScores(), CountedPixels.Of(null, [float.NaN], 1, 1)!.Score([1], [float.NaN], 1, 1));

    private static double PsnrWithout(int[] pixels) => PlaneMetrics.PsnrDb(
        [.. Output.Where((_, i) => !pixels.Contains(i))], [.. Target.Where((_, i) => !pixels.Contains(i))])!.Value;
}
