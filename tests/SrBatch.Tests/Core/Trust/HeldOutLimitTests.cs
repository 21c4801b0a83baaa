using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Trust;

public class HeldOutLimitTests
{
    /// <summary>
    /// By scipy 1.10.1: exp(mean + t.ppf(0.99, n + 4) * s * sqrt(1 + 1/n)) of the logarithms, s of them and of five more that scatter by
    /// 0.3.
    /// </summary>
    [Fact]
    public void Of_SixScores_IsThePredictionInterval()
    {
        // The quantile comes from a series.
        Assert.Equal(2.0837858539659218, HeldOutLimit.Of([0.8, 0.9, 1.0, 1.1, 1.3, 0.7]), 0.005);
    }

    [Fact]
    public void Of_OneScore_IsFarAboveIt()
    {
        Assert.Equal(4.168761095499023, HeldOutLimit.Of([1]), 0.03);
    }

    [Fact]
    public void Of_Scores_LiesAboveAllOfThem_AndComesDownWithTheirNumber()
    {
        Assert.Equal(9, HeldOutLimit.Of([.. Enumerable.Repeat(1.0, 500), 9.0]), 1e-12);
        double few = HeldOutLimit.Of([0.9, 1.1]), many = HeldOutLimit.Of([.. Enumerable.Repeat(0.9, 50), .. Enumerable.Repeat(1.1, 50)]);
        Assert.InRange(many, 1.2, few);
    }
}
