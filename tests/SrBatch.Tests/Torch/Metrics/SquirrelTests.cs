using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class SquirrelTests
{
    [Theory]
    [InlineData(128, 128, 1.3, 1)]
    [InlineData(97, 160, 2.5, 1)]
    [InlineData(160, 160, 6, 2)]
    [InlineData(512, 512, 3.3, 1)]
    public void Of_BlurredScaledOutput_FindsWhatBlurredIt_AndScoresByDefinition(int height, int width, double sigma, int scale)
    {
        float[] output = BandLimitedImage.Make(height, width, 0.6, 1);
        float[] reference = BandLimitedImage.WithNoise([.. new GaussianFilter(sigma).Apply(output, height, width).Select(value => (3 * value) + 20)], 0.05, 2);
        var squirrel = Squirrel.Of(output, reference, height, width, scale);
        // Beyond its borders the plane goes on as its mirror image, in Fourier space from the other side.
        Assert.InRange(squirrel.SigmaPx, sigma * 0.97, sigma * 1.03);
        Assert.Equal(3, squirrel.Slope, 0.1);
        (double rsp, double rse) = ByDefinition(output, reference, height, width, squirrel.SigmaPx);
        // The filter's float32.
        Assert.Equal(rsp, squirrel.Rsp!.Value, 1e-9);
        Assert.Equal(rse, squirrel.Rse, 1e-9);
        double least = Enumerable.Range(1, 80).Min(step => ByDefinition(output, reference, height, width, step * 0.1).Rse);
        Assert.InRange(squirrel.Rse, 0, least * 1.001);
    }

    [Fact]
    public void Of_OutputEqualToTheReference_HasNoError()
    {
        float[] image = BandLimitedImage.Make(64, 64, 0.5, 3);
        var squirrel = Squirrel.Of(image, image, 64, 64, 1);
        Assert.Equal(0, squirrel.SigmaPx, 1e-3);
        Assert.Equal(1, squirrel.Rsp!.Value, 1e-12);
        Assert.Equal(0, squirrel.Rse, 1e-9);
        Assert.All(squirrel.ErrorMap(), error => Assert.Equal(0, error, 1e-6f));
    }

    [Fact]
    public void ErrorMap_RootMeanSquare_IsTheError_AndItsMaximumWhereTheLieIs()
    {
        float[] output = BandLimitedImage.Make(128, 128, 0.6, 4), reference = new GaussianFilter(2).Apply(output, 128, 128);
        for (int y = 60; y < 66; y++)
        {
            output.AsSpan((y * 128) + 30, 6).Fill(106);
        }
        var squirrel = Squirrel.Of(output, reference, 128, 128, 1);
        float[] map = squirrel.ErrorMap();
        // The map is float32.
        Assert.Equal(squirrel.Rse, Math.Sqrt(map.Average(error => (double)error * error)), 1e-6);
        int top = Array.IndexOf(map, map.Max());
        Assert.InRange(top / 128, 58, 67);
        Assert.InRange(top % 128, 28, 37);
    }

    [Fact]
    public void Of_ConstantOutput_HasNoCorrelation_AndTheReferencesDeviationAsError()
    {
        float[] reference = BandLimitedImage.Make(64, 64, 0.5, 5);
        var squirrel = Squirrel.Of([.. Enumerable.Repeat(4f, 64 * 64)], reference, 64, 64, 1);
        Assert.Null(squirrel.Rsp);
        Assert.Equal(1, squirrel.Rse, 1e-3);
    }

    /// <summary>Culley et al. 2018, in the plane, in two passes.</summary>
    private static (double Rsp, double Rse) ByDefinition(float[] output, float[] reference, int height, int width, double sigma)
    {
        float[] blurred = new GaussianFilter(sigma).Apply(output, height, width);
        double meanX = blurred.Average(value => (double)value), meanY = reference.Average(value => (double)value);
        double xx = blurred.Sum(value => (value - meanX) * (value - meanX)), yy = reference.Sum(value => (value - meanY) * (value - meanY));
        double xy = blurred.Zip(reference, (x, y) => (x - meanX) * (y - meanY)).Sum(), alpha = xy / xx, beta = meanY - (alpha * meanX);
        double error = blurred.Zip(reference, (x, y) => (alpha * x) + beta - y).Sum(difference => difference * difference);
        return (xy / Math.Sqrt(xx * yy), Math.Sqrt(error / blurred.Length));
    }
}
