using SrBatch.Core.Intensities;
using SrBatch.Core.Randomness;
using SrBatch.Core.Trust;
using SrBatch.Torch.Simulation;

namespace SrBatch.Tests.Core.Trust;

/// <summary>Simulated microscope images, good and degraded, scaled as for a network.</summary>
internal static class SeenPlanes
{
    public const int Side = 192;

    /// <summary>Camera counts of one image of a series.</summary>
    public static float[] Image(string structure, int image, string pair = "low-high-na") => Array.ConvertAll(
        PairSimulator.Simulate(
            new SimulationOptions { SizePx = Side, Scale = 1, Structure = structure, Pair = pair, Images = image + 1, Seed = 11 },
            image).Low, count => (float)count);

    /// <summary>Normalised by percentiles 0.1 and 99.9, as models are by default, and measured.</summary>
    public static PlaneSample Sample(float[] image)
    {
        float[] sorted = [.. image.Order()];
        var map = IntensityMap.Of(
            new IntensityRange(sorted[(int)(0.001 * (sorted.Length - 1))], sorted[(int)(0.999 * (sorted.Length - 1))]));
        int side = PlaneFeatures.SideFor(Side, Side)!.Value;
        return PlaneFeatures.Measure([.. PlaneFeatures.Places(Side, Side).Select(place =>
        {
            float[] crop = new float[side * side];
            for (int y = 0; y < side; y++)
            {
                image.AsSpan((int)(((place.Row + y) * Side) + place.Column), side).CopyTo(crop.AsSpan(y * side));
            }
            map.Normalise(crop);
            return crop;
        })], side);
    }

    public static KnownPlane Known(string structure, int image, bool isTraining = true, string group = "g", long? channel = null) =>
        new(group, channel, $"{structure}-{image}", isTraining, Sample(Image(structure, image)));

    /// <summary>Repeatedly averages each pixel with its neighbours: the image is out of focus by a few pixels.</summary>
    public static float[] Blurred(float[] image)
    {
        for (int round = 0; round < 4; round++)
        {
            float[] before = image;
            image = [.. Enumerable.Range(0, image.Length).Select(i => (At(i, 0, 0) + At(i, 0, 1) + At(i, 1, 0) + At(i, 1, 1)) / 4)];

            float At(int i, int y, int x) => before[(((i / Side) + y) % Side * Side) + ((i + x) % Side)];
        }
        return image;
    }

    /// <summary>With noise of this standard deviation, in counts.</summary>
    public static float[] Noisy(float[] image, double sigma)
    {
        var random = new SampleRandom(5, 6);
        float[] noisy = [.. image];
        for (int i = 0; i < noisy.Length; i++)
        {
            noisy[i] += (float)(sigma * random.NextGaussian());
        }
        return noisy;
    }

    public static float[] UpsideDown(float[] image)
    {
        float most = image.Max();
        return Array.ConvertAll(image, value => most - value);
    }

    /// <summary>Clips the brightest twentieth of the pixels.</summary>
    public static float[] Saturated(float[] image)
    {
        float limit = image.Order().ElementAt((int)(0.95 * image.Length));
        return Array.ConvertAll(image, value => Math.Min(value, limit));
    }
}
