using SrBatch.Core.Intensities;
using SrBatch.Core.Randomness;

namespace SrBatch.Tests.Core.Intensities;

public class LinearFitTests
{
    // 1e-9: the points' own float64 rounding at offset 1e9 is 1e-7 of a unit step, averaged over 10,000 points; sums around 0 would lose
    // everything.
    private const double Tolerance = 1e-9;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(30_000, 1)]
    [InlineData(1e9, 1)]
    [InlineData(-1e9, 1)]
    [InlineData(30_000, 1e-3)]
    public void Line_LargeOffsets_CostNoDigits(double offset, double spread)
    {
        var fit = new LinearFit();
        for (int i = 0; i < 10_000; i++)
        {
            double x = offset + (spread * (i % 100));
            fit.Add(x, (2.5 * (x - offset)) + 7);
        }
        (double slope, double intercept) = fit.Line();
        Assert.Equal(2.5, slope, Tolerance / spread);
        Assert.Equal(7, (slope * offset) + intercept, 1e-6);
    }

    [Fact]
    public void Line_FirstPointFarFromTheOthers_CostsFewDigits()
    {
        // A hot pixel in the corner: sums around the first point would hold 35,535^2 for every pixel whose variance is 1.
        const int count = 1_000_000;
        var random = new SampleRandom(1, 1);
        var fit = new LinearFit();
        double[] xs = new double[count], ys = new double[count];
        for (int i = 0; i < count; i++)
        {
            double x = i == 0 ? 65_535 : 30_000 + random.NextGaussian();
            (xs[i], ys[i]) = (x, i == 0 ? 30_000 : x + random.NextGaussian());
            fit.Add(xs[i], ys[i]);
        }
        double meanX = xs.Sum(x => x - 30_000) / count, meanY = ys.Sum(y => y - 30_000) / count, xx = 0, xy = 0;
        for (int i = 0; i < count; i++)
        {
            double dx = xs[i] - 30_000 - meanX;
            xx += dx * dx;
            xy += dx * (ys[i] - 30_000 - meanY);
        }
        // Each sum of 1e6 terms of 1e9 is rounded by 1e-10 of what the variance of 1,300 leaves of it.
        Assert.Equal(1, fit.Line().Slope / (xy / xx), 1e-6);
    }

    [Fact]
    public void Line_AllXEqual_IsTheMeanOfY()
    {
        var fit = new LinearFit();
        fit.Add(5, 1);
        fit.Add(5, 2);
        fit.Add(5, 6);
        Assert.Equal((0, 3), fit.Line());
    }

    [Fact]
    public void Correlation_KnownPoints_IsPearsons()
    {
        // Points (0,1) (1,3) (2,2): covariance 1/3, both variances 2/3.
        var fit = new LinearFit();
        fit.Add(0, 1);
        fit.Add(1, 3);
        Assert.Equal(1, fit.Correlation()!.Value, Tolerance);
        fit.Add(2, 2);
        Assert.Equal(0.5, fit.Correlation()!.Value, Tolerance);
    }

    [Fact]
    public void Correlation_EitherConstantOrNoPoint_IsNone()
    {
        LinearFit acrossX = new(), acrossY = new();
        Assert.Null(acrossX.Correlation());
        for (int i = 0; i < 5; i++)
        {
            acrossX.Add(i, 0.1);
            acrossY.Add(0.1, i);
        }
        Assert.Null(acrossX.Correlation());
        Assert.Null(acrossY.Correlation());
    }

    [Fact]
    public void Line_NoPoint_IsZero() => Assert.Equal((0, 0), new LinearFit().Line());

    [Fact]
    public void Line_OnePoint_GoesThroughIt()
    {
        var fit = new LinearFit();
        fit.Add(3, 4);
        Assert.Equal((0, 4), fit.Line());
        Assert.Equal(1, fit.Count);
    }

    [Fact]
    public void Line_ScatteredPoints_IsTheLeastSquaresOne()
    {
        // Points (0,1) (1,3) (2,2): slope = cov/var = (1/3)/(2/3), through the mean (1,2).
        var fit = new LinearFit();
        fit.Add(0, 1);
        fit.Add(1, 3);
        fit.Add(2, 2);
        (double slope, double offset) = fit.Line();
        Assert.Equal(0.5, slope, Tolerance);
        Assert.Equal(1.5, offset, Tolerance);
    }
}
