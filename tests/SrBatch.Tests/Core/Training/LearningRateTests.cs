using SrBatch.Core.Manifests;
using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Training;

/// <summary>The course of PyTorch's OneCycleLR(max_lr = peak, pct_start = 0.05, div_factor = 25, final_div_factor = 1e4).</summary>
public class LearningRateTests
{
    private const double Peak = 1e-3, Tolerance = 1e-15;

    [Theory]
    [InlineData(20)]
    [InlineData(1000)]
    [InlineData(20_000)]
    public void OneCycle_StartsAtPeakBy25_PeaksAt5Percent_EndsAtPeakBy250000(int steps)
    {
        Assert.Equal(Peak / 25, At(0, steps), Tolerance);
        Assert.Equal(Peak, At(steps / 20, steps), Tolerance);
        Assert.Equal(Peak / 250_000, At(steps, steps), Tolerance);
        Assert.Equal(Peak / 250_000, At(2 * steps, steps), Tolerance);
    }

    [Fact]
    public void OneCycle_HalfWayUpAndDown_IsTheMeanOfTheEnds()
    {
        Assert.Equal((Peak + (Peak / 25)) / 2, At(25, 1000), Tolerance);
        Assert.Equal((Peak + (Peak / 250_000)) / 2, At(525, 1000), Tolerance);
    }

    [Fact]
    public void OneCycle_ForAllSmallTrainings_RisesToThePeakThenFalls()
    {
        for (int steps = 1; steps <= 200; steps++)
        {
            double[] rates = [.. Enumerable.Range(1, steps).Select(step => At(step, steps))];
            int peak = Array.IndexOf(rates, rates.Max());
            Assert.Equal(Math.Max(1, steps / 20.0) - 1, peak, 1.0);
            Assert.All(rates, rate => Assert.InRange(rate, Peak / 250_000 * (1 - 1e-9), Peak));
            Assert.True(rates[..(peak + 1)].SequenceEqual(rates[..(peak + 1)].Order()), $"{steps} steps: does not only rise before its peak");
            Assert.True(rates[peak..].SequenceEqual(rates[peak..].OrderDescending()), $"{steps} steps: does not only fall after its peak");
        }
    }

    [Theory]
    [InlineData(LearningRateSchedule.Constant)]
    [InlineData(LearningRateSchedule.Plateau)]
    public void ConstantAndPlateau_StayAtThePeak(LearningRateSchedule schedule) => Assert.All([1, 500, 1000, 5000], step => Assert.Equal(Peak, LearningRate.At(schedule, Peak, step, 1000)));

    [Fact]
    public void Cosine_FallsFromThePeakToNothing()
    {
        double[] rates = [.. Enumerable.Range(1, 1001).Select(step => LearningRate.At(LearningRateSchedule.Cosine, Peak, step, 1000))];
        Assert.Equal(Peak, rates[0], Tolerance);
        Assert.Equal(Peak / 2, rates[500], Tolerance);
        Assert.Equal(0, rates[1000], Tolerance);
        Assert.Equal(rates.OrderDescending(), rates);
    }

    private static double At(int step, int steps) => LearningRate.At(LearningRateSchedule.OneCycle, Peak, step, steps);
}
