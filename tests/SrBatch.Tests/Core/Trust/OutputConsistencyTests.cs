using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Trust;

public class OutputConsistencyTests
{
    [Fact]
    public void Fit_SeveralPlanes_TakesTheWorstOfEachImage()
    {
        OutputConsistency good = OutputConsistency.Fit([("a", Plane(0.99, 4)), ("a", Plane(0.97, 6)), ("b", Plane(0.98, 5))])!;
        Assert.Equal(3, good.Planes);
        Assert.Equal(HeldOutLimit.Of([1 - 0.97, 1 - 0.98]), good.UnexplainedLimit, 1e-12);
        Assert.Equal(HeldOutLimit.Of([6, 5]), good.ContradictionLimit, 1e-12);
    }

    [Fact]
    public void Fit_PerfectPlanes_HasLimitsAboveNothing()
    {
        OutputConsistency good = OutputConsistency.Fit([("a", Plane(1, 0))])!;
        Assert.True(good is { UnexplainedLimit: > 1e-6, ContradictionLimit: > 1 }, $"{good}");
    }

    [Fact]
    public void Fit_SomePlanesInAllOrientations_HasALimitFromThese()
    {
        Assert.Null(OutputConsistency.Fit([("a", Plane(0.9, 4))])!.DisagreementLimit);
        OutputConsistency good = OutputConsistency.Fit(
            [("a", Plane(0.9, 4) with { Disagreement = 0.02 }), ("b", Plane(0.9, 4) with { Disagreement = 0.03 }), ("c", Plane(0.9, 4))])!;
        Assert.Equal(HeldOutLimit.Of([0.02, 0.03]), good.DisagreementLimit!.Value, 1e-12);
    }

    [Fact]
    public void Fit_Nothing_IsNull() => Assert.Null(OutputConsistency.Fit([]));

    private static PlaneConsistency Plane(double rsp, double contradiction) => new(rsp, contradiction, 0, 0, IsInvented: true);
}
