using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

/// <summary>Images whose finest detail is known: it is found within 2 %. For FRC the limit lies beyond the 75th ring: the Hamming window blurs it by one and a half.</summary>
public class ResolutionTests
{
    private const double Share = 0.02;

    /// <summary>Standard deviation of noise with a tenth of the structure's power at each frequency that it has.</summary>
    private static double NoiseBelow(double cutOff) => Math.Sqrt(0.1 / (Math.PI / 4 * cutOff * cutOff));

    [Theory]
    [InlineData(512, 512, 0.35)]
    [InlineData(512, 512, 0.5)]
    [InlineData(512, 512, 0.85)]
    [InlineData(256, 256, 0.7)]
    [InlineData(301, 400, 0.6)]
    public void FrcOfTwo_FindsTheCutOff(int height, int width, double cutOff)
    {
        float[] image = BandLimitedImage.Make(height, width, cutOff, 1);
        double noise = NoiseBelow(cutOff), found = FourierRingCorrelation.Resolution(BandLimitedImage.WithNoise(image, noise, 2), BandLimitedImage.WithNoise(image, noise, 3), height, width)!.Value;
        Assert.InRange(found, (2 / cutOff) * (1 - Share), (2 / cutOff) * (1 + Share));
    }

    /// <summary>Of one image the halves' curve is what can be checked: the correction behind it was fitted to microscopes, not to sharp limits.</summary>
    [Theory]
    [InlineData(512, 512, 0.3)]
    [InlineData(512, 512, 0.4)]
    [InlineData(401, 500, 0.35)]
    public void FrcOfOne_FindsTheCutOff_BeforeTheCorrection(int height, int width, double cutOff)
    {
        float[] image = BandLimitedImage.WithNoise(BandLimitedImage.Make(height, width, cutOff, 4), NoiseBelow(cutOff), 5);
        double crossing = FourierRingCorrelation.CrossingOfOne(image, height, width)!.Value;
        Assert.InRange(crossing / 2, cutOff * (1 - Share), cutOff * (1 + Share));
        double correction = (0.95988146 * Math.Exp(13.90441896 * (crossing - 0.97979108))) + 0.55146136;
        Assert.Equal(2 / crossing / correction, FourierRingCorrelation.ResolutionOfOne(image, height, width)!.Value, 1e-12);
    }

    [Theory]
    [InlineData(512, 512, 0.2)]
    [InlineData(512, 512, 0.35)]
    [InlineData(512, 512, 0.5)]
    [InlineData(512, 512, 0.7)]
    [InlineData(512, 512, 0.85)]
    [InlineData(256, 256, 0.4)]
    [InlineData(301, 400, 0.6)]
    public void Decorrelation_FindsTheCutOff(int height, int width, double cutOff)
    {
        float[] image = BandLimitedImage.WithNoise(BandLimitedImage.Make(height, width, cutOff, 6), NoiseBelow(cutOff), 7);
        double found = DecorrelationAnalysis.Resolution(image, height, width)!.Value;
        Assert.InRange(found, (2 / cutOff) * (1 - Share), (2 / cutOff) * (1 + Share));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Frc_NoiseAlone_HasNoResolution_OrOneOfAFewRings(int seed)
    {
        float[] one = BandLimitedImage.WithNoise(new float[256 * 256], 1, seed), other = BandLimitedImage.WithNoise(new float[256 * 256], 1, seed + 10);
        Assert.InRange(FourierRingCorrelation.Resolution(one, other, 256, 256) ?? 256, 256 / 10, 256);
        Assert.InRange(FourierRingCorrelation.CrossingOfOne(one, 256, 256) ?? 0, 0, 10 / 64.0);
    }

    [Fact]
    public void FrcOfTwo_SameImage_NeverFalls() => Assert.Null(FourierRingCorrelation.Resolution(BandLimitedImage.Make(64, 64, 1, 10), BandLimitedImage.Make(64, 64, 1, 10), 64, 64));

    [Fact]
    public void Constant_HasNoResolution()
    {
        float[] plane = [.. Enumerable.Repeat(7f, 64 * 64)];
        Assert.Null(FourierRingCorrelation.ResolutionOfOne(plane, 64, 64));
        Assert.Null(DecorrelationAnalysis.Resolution(plane, 64, 64));
    }

    [Fact]
    public void GainAndOffset_DoNotCount()
    {
        float[] image = BandLimitedImage.WithNoise(BandLimitedImage.Make(128, 128, 0.3, 11), 0.1, 12), brighter = [.. image.Select(value => (value * 16) + 512)];
        // What float32 loses on the larger offset.
        Assert.Equal(FourierRingCorrelation.ResolutionOfOne(image, 128, 128)!.Value, FourierRingCorrelation.ResolutionOfOne(brighter, 128, 128)!.Value, 1e-3);
        Assert.Equal(DecorrelationAnalysis.Resolution(image, 128, 128)!.Value, DecorrelationAnalysis.Resolution(brighter, 128, 128)!.Value, 1e-3);
    }
}
