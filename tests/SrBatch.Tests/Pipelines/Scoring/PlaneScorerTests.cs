using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Scoring;
using SrBatch.Tests.Torch.Metrics;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Pipelines.Scoring;

public class PlaneScorerTests
{
    private const int Side = 192;
    private static readonly QualityRow Blank = new() { Run = "r", Image = "i", Group = "g", Split = "test", Verdict = Verdict.Pass, Version = "1", PixelSizeUm = 0.05 };
    private static readonly float[] Output = BandLimitedImage.WithNoise(BandLimitedImage.Make(Side, Side, 0.3, 1), 0.1, 2);
    private static readonly float[] Low = BandLimitedImage.WithNoise(new GaussianFilter(2).Apply(Output, Side, Side), 0.02, 3);
    private static readonly float[] Target = BandLimitedImage.Make(Side, Side, 0.3, 1);

    private static QualityRow Score(
        float[] low,
        float[] output,
        float[]? target,
        string[]? metrics = null,
        ElementType type = ElementType.Float32,
        QualityRow? blank = null)
    {
        var scorer = new PlaneScorer(metrics is null ? new QualityOptions() : new QualityOptions { Metrics = metrics }, 1);
        return scorer.Score(
            blank ?? Blank, new PlanePixels { InputType = type, Height = Side, Width = low.Length / Side, Input = low, Output = output, Target = target });
    }

    /// <summary>As validation asks: no input if it is finite, else only to say which target pixels do not count.</summary>
    private static QualityRow Validate(float[]? input, float[] output, float[] target, int height, int width, int scale) =>
        new PlaneScorer(new QualityOptions { Metrics = ["psnr", "ssim"] }, scale).Score(
            QualityColumns.Blank, new PlanePixels { Height = height, Width = width, Input = input, Output = output, Target = target });

    [Fact]
    public void Score_InputNotFinite_LeavesOutItsTargetPixels()
    {
        const int Half = Side / 2;
        float[] input = new float[Half * Half];
        input[(3 * Half) + 5] = float.PositiveInfinity;
        int[] pixels = [(6 * Side) + 10, (6 * Side) + 11, (7 * Side) + 10, (7 * Side) + 11];
        float[] spoilt = [.. Target.Select((value, i) => pixels.Contains(i) ? 1e6f : value)];
        Assert.Equal(PsnrWithout(pixels), Validate(input, Output, spoilt, Half, Half, 2).PsnrDb!.Value, 1e-9);
    }

    /// <summary>Before, a single pixel cost the plane its scores.</summary>
    [Fact]
    public void Score_TargetNotFinite_IsThatOfTheOtherPixels()
    {
        int[] pixels = [0, 500, 501];
        float[] spoilt = [.. Target.Select((value, i) => pixels.Contains(i) ? float.NaN : value)];
        QualityRow found = Validate(null, Output, spoilt, Side, Side, 1);
        Assert.Equal(PsnrWithout(pixels), found.PsnrDb!.Value, 1e-9);
        // Three pixels of 36,864, filled in from their surroundings.
        Assert.Equal(PlaneMetrics.Score(Output, Target, Side, Side).Ssim!.Value, found.Ssim!.Value, 0.02);
    }

    [Fact]
    public void Score_WithoutInput_EqualsTheMetricsToTheLastBit()
    {
        PlaneScores expected = PlaneMetrics.Score(Output, Target, Side, Side);
        QualityRow found = Validate(null, Output, Target, Side, Side, 1);
        Assert.Equal((expected.PsnrDb, expected.Ssim), (found.PsnrDb, found.Ssim));
    }

    [Fact]
    public void Score_NothingFinite_IsNull() =>
        Assert.True(Validate(null, [1], [float.NaN], 1, 1, 1) is { PsnrDb: null, Ssim: null });

    private static double PsnrWithout(int[] pixels) => PlaneMetrics.PsnrDb(
        [.. Output.Where((_, i) => !pixels.Contains(i))], [.. Target.Where((_, i) => !pixels.Contains(i))])!.Value;

    [Fact]
    public void Score_WithTarget_HasEverything_EachFromItsMetric()
    {
        QualityRow row = Score(Low, Output, Target);
        PlaneScores scores = PlaneMetrics.Score(Output, Target, Side, Side, multiScale: true), before = PlaneMetrics.Score(Low, Target, Side, Side);
        var squirrel = Squirrel.Of(Output, Low, Side, Side, 1);
        Assert.NotNull(scores.MsSsim);
        QualityRow expected = Blank with
        {
            PsnrDb = scores.PsnrDb,
            Ssim = scores.Ssim,
            MsSsim = scores.MsSsim,
            Nrmse = scores.Nrmse,
            Pearson = scores.Pearson,
            PsnrInputDb = before.PsnrDb,
            SsimInput = before.Ssim,
            NrmseInput = before.Nrmse,
            Rsp = squirrel.Rsp,
            Rse = squirrel.Rse,
            FrcUm = FourierRingCorrelation.ResolutionOfOne(Output, Side, Side) * 0.05,
            DecorrelationUm = DecorrelationAnalysis.Resolution(Output, Side, Side) * 0.05,
            InputSnr = SignalToNoise.Of(Low, Side, Side),
        };
        Assert.Equal(expected, row);
        Assert.True(row is { FrcUm: > 0.1, DecorrelationUm: > 0.1, InputSnr: > 1, Rsp: > 0.9 }, $"{row}");
    }

    [Fact]
    public void Score_WithoutTarget_HasTheRest()
    {
        QualityRow with = Score(Low, Output, Target), without = Score(Low, Output, null);
        Assert.Equal(Blank with { Rsp = with.Rsp, Rse = with.Rse, FrcUm = with.FrcUm, DecorrelationUm = with.DecorrelationUm, InputSnr = with.InputSnr }, without);
    }

    [Fact]
    public void Score_OneMetric_LeavesTheOtherColumnsNull()
    {
        QualityRow all = Score(Low, Output, Target);
        var columns = new Dictionary<string, QualityRow>
        {
            ["psnr"] = Blank with { PsnrDb = all.PsnrDb, PsnrInputDb = all.PsnrInputDb },
            ["ssim"] = Blank with { Ssim = all.Ssim, SsimInput = all.SsimInput },
            ["ms_ssim"] = Blank with { MsSsim = all.MsSsim },
            ["nrmse"] = Blank with { Nrmse = all.Nrmse, NrmseInput = all.NrmseInput },
            ["pearson"] = Blank with { Pearson = all.Pearson },
            ["rsp"] = Blank with { Rsp = all.Rsp },
            ["rse"] = Blank with { Rse = all.Rse },
            ["frc"] = Blank with { FrcUm = all.FrcUm },
            ["decorrelation"] = Blank with { DecorrelationUm = all.DecorrelationUm },
            ["input_snr"] = Blank with { InputSnr = all.InputSnr },
        };
        Assert.Equal(QualityOptions.KnownMetrics.Order(), columns.Keys.Order());
        Assert.All(columns, column => Assert.Equal(column.Value, Score(Low, Output, Target, [column.Key])));
        Assert.Equal(Blank, Score(Low, Output, Target, []));
    }

    [Fact]
    public void Score_ConstantPlanes_HaveReasons_AndAConstantOutputFails()
    {
        float[] constant = [.. Enumerable.Repeat(7f, Low.Length)];
        QualityRow of = Score(Low, constant, Target);
        Assert.Equal(Verdict.Fail, of.Verdict);
        Assert.StartsWith("hardly correlates with the target: Pearson 0.000, expected at least 0.5; worse than the upsampled input: PSNR ", of.Reasons, StringComparison.Ordinal);
        Assert.EndsWith("; output: all values are 7", of.Reasons, StringComparison.Ordinal);
        Assert.Equal((null, null, null, null, true, true), (of.Rsp, of.Rse, of.FrcUm, of.DecorrelationUm, of.InputSnr > 0, of.PsnrDb > 0));
        of = Score(constant, Broken(Low), constant, blank: Blank with { Verdict = Verdict.Fail, Reasons = "before" });
        Assert.Equal((Verdict.Fail, "before; input: all values are 7; output: 2 values are not finite; target: all values are 7"), (of.Verdict, of.Reasons));
        Assert.Equal((null, null, null, null), (of.PsnrDb, of.Rsp, of.InputSnr, of.Pearson));
    }

    /// <summary>They are ignored: all scores are there, near those without them, and the row says how many there are.</summary>
    [Theory]
    [InlineData("input")]
    [InlineData("output")]
    [InlineData("target")]
    public void Score_PixelsThatAreNotFinite_AreIgnored_AndWarn(string plane)
    {
        QualityRow whole = Score(Low, Output, Target);
        QualityRow of = Score(plane == "input" ? Broken(Low) : Low, plane == "output" ? Broken(Output) : Output, plane == "target" ? Broken(Target) : Target);
        Assert.Equal((Verdict.Warn, $"{plane}: 2 values are not finite"), (of.Verdict, of.Reasons));
        foreach (string column in MetricTable.Columns)
        {
            double expected = whole.Scores[column]!.Value;
            Assert.InRange(of.Scores[column]!.Value, expected - (0.02 * Math.Abs(expected)), expected + (0.02 * Math.Abs(expected)));
        }
    }

    [Fact]
    public void Score_NothingFinite_HasNoScores()
    {
        float[] nothing = [.. Enumerable.Repeat(float.NaN, Low.Length)];
        QualityRow of = Score(nothing, nothing, nothing);
        Assert.Equal((Verdict.Warn, MetricScores.None), (of.Verdict, of.Scores));
    }

    /// <summary>Validation has an output and its target alone.</summary>
    [Fact]
    public void Score_WithoutInput_HasTheScoresAgainstTheTarget()
    {
        QualityRow with = Score(Low, Output, Target);
        var plane = new PlanePixels { Height = Side, Width = Side, Output = Output, Target = Target };
        QualityRow of = new PlaneScorer(new QualityOptions { Metrics = ["psnr", "ssim"] }, 1).Score(Blank, plane);
        Assert.Equal(Blank with { PsnrDb = with.PsnrDb, Ssim = with.Ssim }, of);
    }

    [Fact]
    public void Score_SaturatedIntegers_Warn()
    {
        float[] counts = [.. Low.Select(value => Math.Min(4095, MathF.Round((value - 100) * 1000) + 3000))];
        QualityRow row = Score(counts, Output, null, type: ElementType.UInt16);
        double share = counts.Count(value => value == 4095) / (double)counts.Length;
        Assert.InRange(share, 0.01, 0.3);
        Assert.Equal((Verdict.Warn, FormattableString.Invariant($"input: {share:P1} of the pixels are saturated at 4095")), (row.Verdict, row.Reasons));
        Assert.Equal(Verdict.Pass, Score(counts, Output, null).Verdict); // float32: nobody knows
    }

    [Fact]
    public void Score_TinyOrWithoutPixelSize_HasNoResolution_AndNoComplaint()
    {
        QualityRow row = Score(Low, Output, null, blank: Blank with { PixelSizeUm = null });
        Assert.Equal((Verdict.Pass, null, null, true), (row.Verdict, row.FrcUm, row.DecorrelationUm, row.Rsp > 0));
        foreach (int width in (int[])[1, 2, 31])
        {
            row = Score(Low[..(width * Side)], Output[..(width * Side)], Target[..(width * Side)]);
            Assert.Equal((Verdict.Pass, null, null, true), (row.Verdict, row.FrcUm, row.DecorrelationUm, row.PsnrDb > 0));
            Assert.True(row.Rse > 0, $"{width}: {row}");
        }
        var tiny = new PlanePixels { InputType = ElementType.UInt8, Height = 1, Width = 1, Input = [3], Output = [1, 2, 3, 4], Target = [1, 2, 4, 8] };
        row = new PlaneScorer(new QualityOptions(), 2).Score(Blank, tiny);
        Assert.Equal("input: all values are 3", row.Reasons);
    }

    [Fact]
    public void Part_WithoutTarget_IsTheMiddle_AndNothingWhereNothingIsWanted()
    {
        var input = new PlannedDataset { File = "a", Dataset = "b", Axes = "yx", Shape = [3000, 500], Start = [0, 0], Count = [3000, 500], ElementType = ElementType.UInt16 };
        var quality = new PlaneScorer(new QualityOptions(), 2);
        Assert.Equal(new PlanePart(988, 0, 1024, 500), quality.Part(input, hasTarget: false));
        Assert.Equal(new PlanePart(0, 0, 3000, 500), quality.Part(input, hasTarget: true));
        Assert.Null(new PlaneScorer(new QualityOptions { Metrics = ["psnr"] }, 2).Part(input, hasTarget: false));
        Assert.True(quality.Compares);
        Assert.False(new PlaneScorer(new QualityOptions { Metrics = ["frc"] }, 2).Compares);
    }

    private static float[] Broken(float[] plane)
    {
        float[] broken = [.. plane];
        (broken[5], broken[777]) = (float.NaN, float.PositiveInfinity);
        return broken;
    }
}
