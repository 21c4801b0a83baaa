using SrBatch.Core.Manifests;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Quality;

public class VerdictRuleTests
{
    private static readonly QualityRow Row = new() { Run = "r", Image = "a", Group = "g", Split = "infer", Width = 64, Verdict = Verdict.Pass, Version = "1" };

    private static readonly OutputConsistency Good = new() { Planes = 9, UnexplainedLimit = 0.05, ContradictionLimit = 10 };

    [Theory]
    [InlineData(0.3, Verdict.Pass)]
    [InlineData(1, Verdict.Pass)]
    [InlineData(1.01, Verdict.Warn)]
    [InlineData(2, Verdict.Warn)]
    [InlineData(2.01, Verdict.Fail)]
    public void Judge_Distance_DecidesByItsLimits(double distance, Verdict verdict)
    {
        QualityRow judged = VerdictRule.Judge(Row, Novelty(distance), new());
        Assert.Equal((verdict, distance), (judged.Verdict, judged.OutOfDistribution));
        Assert.Equal(verdict == Verdict.Pass, judged.Reasons is null);
    }

    [Fact]
    public void Judge_OfTheManifestsLimits_GoesByThem()
    {
        VerdictLimits options = new QualityOptions { WarnAbove = 1.5, FailAbove = 4 }.Limits();
        Assert.Equal([Verdict.Pass, Verdict.Warn, Verdict.Fail], ((double[])[1.4, 3.9, 4.1]).Select(distance => VerdictRule.Judge(Row, Novelty(distance), options).Verdict));
    }

    [Fact]
    public void Judge_Nothing_ChangesNothing()
    {
        Assert.Equal(Row, VerdictRule.Judge(Row, null, new()));
    }

    [Fact]
    public void Judge_OtherReasons_StayAndTheVerdictIsNeverBetter()
    {
        QualityRow warned = Row.Warned(["3 values are not finite"]);
        Assert.Equal((Verdict.Warn, "3 values are not finite"), (VerdictRule.Judge(warned, Novelty(0.5), new()).Verdict, VerdictRule.Judge(warned, Novelty(0.5), new()).Reasons));
        QualityRow judged = VerdictRule.Judge(warned, Novelty(2.5), new());
        Assert.Equal(Verdict.Fail, judged.Verdict);
        Assert.StartsWith("3 values are not finite; unlike the training images (2.5 times the limit): ", judged.Reasons, StringComparison.Ordinal);
    }

    /// <summary>Scored again, a plane keeps what speaks against its input, and nothing of its old scores.</summary>
    [Theory]
    [InlineData(0.5, 0, Verdict.Pass)]
    [InlineData(1.5, 0, Verdict.Warn)]
    [InlineData(2.5, 0, Verdict.Fail)]
    [InlineData(0.5, 3, Verdict.Warn)]
    public void Keep_OfABadOutput_KeepsOnlyWhatSpeaksAgainstTheInput(double distance, int lost, Verdict expected)
    {
        QualityRow judged = VerdictRule.Judge(Row, Novelty(distance), new()).Warned(lost == 0 ? [] : [VerdictRule.BeyondLimits(lost, "uint8")]);
        Assert.Equal(expected, judged.Verdict);
        QualityRow bad = VerdictRule.Judge(judged, new PlaneConsistency(0.1, 90, 1, 2, IsInvented: true), Good, new());
        Assert.Equal(Verdict.Fail, bad.Verdict);
        Assert.Equal(judged, VerdictRule.Keep(Row, bad, new(), isJudgedAgain: true));
    }

    [Fact]
    public void Keep_WithoutLimitsToJudgeTheOutputAgain_KeepsWhatInferenceSaidOfIt()
    {
        QualityRow bad = VerdictRule.Judge(Row, new PlaneConsistency(0.1, 90, 1, 2, IsInvented: true, 0.9), Good, new());
        Assert.Equal((Verdict.Fail, 2), (bad.Verdict, bad.Reasons!.Split("; ").Length));
        Assert.Equal(bad, VerdictRule.Keep(Row, bad, new(), isJudgedAgain: false));
    }

    [Fact]
    public void Keep_OfAnEmptyPlane_StaysAFailure()
    {
        (int, double)[] amplitudes = [.. PlaneFeatures.All.Select((feature, i) => (feature, i))
            .Where(at => at.feature is { Kind: FeatureKind.Amplitude, IsSpread: false }).Select(at => (at.i, Math.Log(1e-3)))];
        QualityRow judged = VerdictRule.Judge(Row, Novelty(1.1, amplitudes), new());
        Assert.Equal(Verdict.Fail, judged.Verdict);
        Assert.Equal(judged, VerdictRule.Keep(Row, judged, new(), isJudgedAgain: true));
    }

    [Fact]
    public void Judge_NoisyPlane_SaysByHowMuch()
    {
        int noise = PlaneFeatures.All.ToList().FindIndex(feature => feature is { Kind: FeatureKind.Amplitude, Index: 0, IsSpread: false });
        QualityRow judged = VerdictRule.Judge(Row, Novelty(1.5, (noise, Math.Log(4.1))), new());
        Assert.Equal("unlike the training images (1.5 times the limit): noise or the finest detail is 4.1 times that of the training images", judged.Reasons);
    }

    [Fact]
    public void Judge_EmptyPlane_FailsAboveTheFirstLimit()
    {
        (int, double)[] amplitudes = [.. PlaneFeatures.All.Select((feature, i) => (feature, i)).Where(at => at.feature is { Kind: FeatureKind.Amplitude, IsSpread: false }).Select(at => (at.i, Math.Log(1e-3)))];
        QualityRow judged = VerdictRule.Judge(Row, Novelty(1.1, amplitudes), new());
        Assert.Equal((Verdict.Fail, "unlike the training images (1.1 times the limit): empty: all pixels alike"), (judged.Verdict, judged.Reasons));
        // Training had such planes.
        Assert.Equal(Verdict.Pass, VerdictRule.Judge(Row, Novelty(0.9, amplitudes), new()).Verdict);
    }

    [Fact]
    public void Judge_NoFeatureUnusual_SaysThatTheirCombinationIs()
    {
        Assert.Equal(
            "unlike the training images (1.2 times the limit): a combination of intensities and detail that the training images do not have, none of them unusual alone",
            VerdictRule.Judge(Row, Novelty(1.2), new()).Reasons);
    }

    [Theory]
    [InlineData(0.98, 5, Verdict.Pass, null)]
    [InlineData(0.96, 11, Verdict.Warn, "the output shows what its input does not at row 120, column 340 (1.1 times the limit)")]
    [InlineData(0.94, 5, Verdict.Warn, "the output does not explain its input: RSP 0.940, of good ones at least 0.950")]
    [InlineData(0.98, 21, Verdict.Fail, "the output shows what its input does not at row 120, column 340 (2.1 times the limit)")]
    [InlineData(0.1, 11, Verdict.Fail, "the output does not explain its input: RSP 0.100, of good ones at least 0.950; the output shows what its input does not at row 120, column 340 (1.1 times the limit)")]
    public void Judge_Consistency_DecidesByItsLimits_AndSaysWhere(double rsp, double contradiction, Verdict verdict, string? reasons)
    {
        QualityRow judged = VerdictRule.Judge(Row, new PlaneConsistency(rsp, contradiction, 120, 340, IsInvented: true), Good, new());
        Assert.Equal((verdict, reasons), (judged.Verdict, judged.Reasons));
    }

    [Theory]
    [InlineData(0.04, Verdict.Pass)]
    [InlineData(0.06, Verdict.Warn)]
    [InlineData(0.11, Verdict.Fail)]
    public void Judge_Disagreement_DecidesByItsLimit(double disagreement, Verdict verdict)
    {
        QualityRow judged = VerdictRule.Judge(Row, new PlaneConsistency(0.98, 5, 0, 0, IsInvented: true, disagreement), Good with { DisagreementLimit = 0.05 }, new());
        Assert.Equal(verdict, judged.Verdict);
        Assert.Equal(verdict == Verdict.Pass, judged.Reasons is null);
        Assert.Contains(verdict == Verdict.Pass ? "" : "of good ones by at most 5.0 %", judged.Reasons ?? "", StringComparison.Ordinal);
        Assert.Equal(Row, VerdictRule.Judge(Row, new PlaneConsistency(0.98, 5, 0, 0, IsInvented: true, disagreement), Good, new()));
    }

    [Fact]
    public void Judge_Consistency_NeverMakesAVerdictBetter_AndNeedsLimits()
    {
        var lacking = new PlaneConsistency(0.99, 15, 3, 4, IsInvented: false);
        QualityRow failed = Row.Warned(["before"]) with { Verdict = Verdict.Fail }, judged = VerdictRule.Judge(failed, lacking, Good, new());
        Assert.Equal((Verdict.Fail, "before; the output lacks what its input shows at row 3, column 4 (1.5 times the limit)"), (judged.Verdict, judged.Reasons));
        Assert.Equal(Row, VerdictRule.Judge(Row, lacking, null, new()));
        Assert.Equal(Row, VerdictRule.Judge(Row, null, Good, new()));
        Assert.Equal(Verdict.Pass, VerdictRule.Judge(Row, lacking, Good, new() { WarnAbove = 1.6 }).Verdict);
    }

    [Fact]
    public void IsFailure_OfAPlaneThatIsNotBelieved_IsFalse()
    {
        QualityRow judged = VerdictRule.Judge(Row, Novelty(9), new());
        Assert.False(judged.IsFailure);
        Assert.True((judged with { Width = null }).IsFailure);
    }

    [Fact]
    public void Problems_Limits_AreListed()
    {
        Assert.Empty(new QualityOptions().Problems());
        Assert.Equal(
            ["quality.warnAbove is 0; must be above 0", "quality.failAbove is -1; must be at least quality.warnAbove, 0"],
            new QualityOptions { WarnAbove = 0, FailAbove = -1 }.Problems());
    }

    /// <summary>A plane whose features are those of the training, but for some that are away from there, all deviations being 0.1.</summary>
    private static PlaneNovelty Novelty(double distance, params (int Feature, double Away)[] unusual)
    {
        double[] features = new double[PlaneFeatures.Count], standard = new double[PlaneFeatures.Count];
        foreach ((int feature, double away) in unusual)
        {
            (features[feature], standard[feature]) = (away, away / 0.1);
        }
        var distribution = new ShrunkGaussian(new double[PlaneFeatures.Count], [], []);
        return new PlaneNovelty(distance, new InputKind { Planes = 1, HeldOut = 1, DistanceLimit = 1, FeatureLimit = 1, Distribution = distribution }, features, standard);
    }
}
