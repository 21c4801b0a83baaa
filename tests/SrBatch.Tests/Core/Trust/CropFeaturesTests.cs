using SrBatch.Core.Randomness;
using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Trust;

public class CropFeaturesTests
{
    private const int Side = 64;

    [Fact]
    public void Measure_WhiteNoise_IsWeakerAtEachScaleAsDocumented()
    {
        double[] mean = new double[CropFeatures.Count];
        for (ulong seed = 0; seed < 50; seed++)
        {
            double[] one = Measured(Noise(seed, 0.2));
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += one[i] / 50;
            }
        }
        double[] amplitudes = [.. mean.Where((_, i) => CropFeatures.Feature(i, false).Kind == FeatureKind.Amplitude)];
        for (int level = 0; level < CropFeatures.Levels; level++)
        {
            // At the coarsest scale 64 pixels are left, and borders weigh more than in the large image that the numbers come from.
            Assert.Equal(CropFeatures.WhiteNoise[level], amplitudes[level] - amplitudes[0], 0.2);
        }
    }

    [Fact]
    public void Measure_UpsideDown_ReversesSkewnessAndKeepsTheRest()
    {
        float[] spots = Noise(1, 0.1);
        for (int i = 0; i < spots.Length; i += 97)
        {
            spots[i] += 3;
        }
        double[] upright = Measured(spots), upsideDown = Measured(Array.ConvertAll(spots, value => 1 - value));
        for (int i = CropFeatures.Quantiles.Count; i < CropFeatures.Count; i++)
        {
            bool isSkewness = CropFeatures.Feature(i, false).Kind == FeatureKind.Skewness;
            // Float32 images: 1 - x is rounded.
            Assert.Equal(isSkewness ? -upright[i] : upright[i], upsideDown[i], 1e-4);
        }
        Assert.InRange(upright[CropFeatures.Quantiles.Count + 1], 1, 5);
    }

    [Fact]
    public void Measure_Stripes_DifferBetweenRowsAndColumns()
    {
        float[] stripes = [.. Enumerable.Range(0, Side * Side).Select(i => (float)(i / Side % 2))];
        int anisotropy = Enumerable.Range(0, CropFeatures.Count).First(i => CropFeatures.Feature(i, false).Kind == FeatureKind.Anisotropy);
        Assert.Equal(2, Measured(stripes)[anisotropy], 0.01);
        Assert.InRange(Measured(Noise(3, 0.2))[anisotropy], 0, 0.1);
    }

    [Fact]
    public void Measure_Constant_IsFinite()
    {
        Assert.All(Measured(new float[Side * Side]), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Feature_EachNumber_MeansSomethingElse()
    {
        Assert.Equal(PlaneFeatures.Count, PlaneFeatures.All.Distinct().Count());
        Assert.Equal(
            "2 to 4, 4 to 8, 8 to 16, 16 to 32",
            string.Join(
                ", ",
                PlaneFeatures.All.Where(feature => feature is { Kind: FeatureKind.Amplitude, IsSpread: false })
                    .Select(feature => feature.Pixels)));
    }

    private static double[] Measured(float[] crop)
    {
        double[] features = new double[CropFeatures.Count];
        CropFeatures.Measure(crop, Side, features);
        return features;
    }

    private static float[] Noise(ulong seed, double sigma)
    {
        var random = new SampleRandom(seed, 1);
        float[] noise = new float[Side * Side];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (float)(sigma * random.NextGaussian());
        }
        return noise;
    }
}
