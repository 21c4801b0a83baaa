using SrBatch.Core.Manifests;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Quality;

public class VerdictRuleTests
{
    private static readonly QualityRow Row = new() { Run = "r", Image = "a", Group = "g", Split = "infer", Width = 64, Verdict = Verdict.Pass, Version = "1" };

    [Theory]
    [InlineData(0.3, Verdict.Pass)]
    [InlineData(1, Verdict.Pass)]
    [InlineData(1.01, Verdict.Warn)]
    [InlineData(2, Verdict.Warn)]
    [InlineData(2.01, Verdict.Fail)]
    public void Judge_Distance_DecidesByItsLimits(double distance, Verdict verdict)
    {
        QualityRow judged = VerdictRule.Judge(Row, Novelty(distance), new QualityOptions());
        Assert.Equal((verdict, distance), (judged.Verdict, judged.OutOfDistribution));
        Assert.Equal(verdict == Verdict.Pass, judged.Reasons is null);
    }

    [Fact]
    public void Judge_OfTheManifestsLimits_GoesByThem()
    {
        var options = new QualityOptions { WarnAbove = 1.5, FailAbove = 4 };
        Assert.Equal([Verdict.Pass, Verdict.Warn, Verdict.Fail], ((double[])[1.4, 3.9, 4.1]).Select(distance => VerdictRule.Judge(Row, Novelty(distance), options).Verdict));
    }

    [Fact]
    public void Judge_Nothing_ChangesNothing()
    {
        Assert.Equal(Row, VerdictRule.Judge(Row, null, new QualityOptions()));
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
