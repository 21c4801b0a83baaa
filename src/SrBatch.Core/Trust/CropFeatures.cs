namespace SrBatch.Core.Trust;

/// <summary>
/// Statistics of a square crop of normalised intensities: quantiles of the intensities; and for each scale of a Laplacian pyramid (Burt and
/// Adelson 1983, binomial filter with 5 taps) the strength, skewness, kurtosis and neighbour correlations of the detail. The strengths are
/// a power spectrum in octaves; the other numbers describe what a power spectrum cannot show.
/// </summary>
public static class CropFeatures
{
    /// <summary>Number of scales. The wavelengths double from one scale to the next.</summary>
    public const int Levels = 4;

    private const int FeaturesPerLevel = 5;

    /// <summary>Features of a crop.</summary>
    public const int Count = 5 + (Levels * FeaturesPerLevel);

    /// <summary>The quantiles of the intensities that are measured.</summary>
    public static IReadOnlyList<double> Quantiles { get; } = [0.01, 0.1, 0.5, 0.9, 0.99];

    /// <summary>Strength of white noise at each scale relative to the finest one; natural logarithm.</summary>
    public static IReadOnlyList<double> WhiteNoise { get; } = [0, -1.49, -2.34, -3.07];

    /// <summary>Intensity, as a share of the range, at which asinh(x / Knee) turns from linear to logarithmic.</summary>
    public const double Knee = 0.05;

    /// <summary>
    /// Added to standard deviations, which are in units of the intensity range, so that a flat crop has a finite logarithm.
    /// </summary>
    private const double LeastDeviation = 1e-3;

    /// <summary>Detail with a smaller standard deviation is rounding error; its skewness and the like have no meaning.</summary>
    private const double FlatDeviation = 1e-4;

    /// <summary>Detail closer to a border than this depends on how the image is extended, and is left out when enough remains.</summary>
    private const int Border = 2;

    /// <summary>Taps of the filter on each side of its centre.</summary>
    private const int Reach = 2;

    /// <summary>The meaning of the feature with this number.</summary>
    public static PlaneFeature Feature(int number, bool isSpread)
    {
        int quantiles = Quantiles.Count;
        return number < quantiles
            ? new PlaneFeature(FeatureKind.Quantile, number, isSpread)
            : new PlaneFeature(
                FeatureKind.Amplitude + ((number - quantiles) % FeaturesPerLevel),
                (number - quantiles) / FeaturesPerLevel,
                isSpread);
    }

    /// <param name="crop">Intensities, <paramref name="side"/> x <paramref name="side"/>; must be finite.</param>
    /// <param name="side">At least 32.</param>
    /// <param name="features">Receives <see cref="Count"/> numbers.</param>
    public static void Measure(ReadOnlySpan<float> crop, int side, Span<double> features)
    {
        float[] sorted = crop.ToArray();
        Array.Sort(sorted);
        for (int i = 0; i < Quantiles.Count; i++)
        {
            features[i] = Math.Asinh(sorted[(int)(Quantiles[i] * (sorted.Length - 1))] / Knee);
        }
        float[] image = crop.ToArray();
        for (int level = 0; level < Levels; level++)
        {
            float[] smooth = Smooth(image, side);
            double[] detail = Detail(image, smooth, side, out int detailSide);
            MeasureDetail(detail, detailSide, features.Slice(Quantiles.Count + (level * FeaturesPerLevel), FeaturesPerLevel));
            image = EverySecond(smooth, side);
            side = (side + 1) / 2;
        }
    }

    private static double[] Detail(float[] image, float[] smooth, int side, out int detailSide)
    {
        int border = side > 6 * Border ? Border : 0;
        detailSide = side - (2 * border);
        double[] detail = new double[detailSide * detailSide];
        double sum = 0;
        for (int y = 0; y < detailSide; y++)
        {
            for (int x = 0; x < detailSide; x++)
            {
                int at = ((y + border) * side) + x + border;
                double value = (double)image[at] - smooth[at];
                detail[(y * detailSide) + x] = value;
                sum += value;
            }
        }
        double mean = sum / detail.Length;
        for (int i = 0; i < detail.Length; i++)
        {
            detail[i] -= mean;
        }
        return detail;
    }

    /// <summary>Measures amplitude, skewness, tails, correlation and anisotropy of detail whose mean is 0.</summary>
    private static void MeasureDetail(double[] detail, int side, Span<double> features)
    {
        double squares = 0, cubes = 0, fourths = 0, alongX = 0, alongY = 0;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int at = (y * side) + x;
                double value = detail[at], square = value * value;
                squares += square;
                cubes += square * value;
                fourths += square * square;
                if (x > 0)
                {
                    alongX += value * detail[at - 1];
                }
                if (y > 0)
                {
                    alongY += value * detail[at - side];
                }
            }
        }
        double variance = squares / detail.Length, deviation = Math.Sqrt(variance);
        features[0] = Math.Log(deviation + LeastDeviation);
        if (deviation < FlatDeviation)
        {
            ((ReadOnlySpan<double>)[0, Math.Log(3), 0, 0]).CopyTo(features[1..]);
            return;
        }
        double pairs = side * (side - 1.0) * variance;
        features[1] = Math.Clamp(cubes / detail.Length / (variance * deviation), -5, 5);
        features[2] = Math.Log(fourths / detail.Length / (variance * variance));
        features[3] = (alongX + alongY) / pairs;
        features[4] = Math.Abs(alongX - alongY) / pairs;
    }

    /// <summary>
    /// Filters with (1 4 6 4 1) / 16 along both axes. The image is extended by reflection about the centres of the outermost pixels.
    /// </summary>
    private static float[] Smooth(float[] image, int side)
    {
        float[] rows = new float[image.Length], smooth = new float[image.Length], line = new float[side + (2 * Reach)];
        for (int y = 0; y < side; y++)
        {
            image.AsSpan(y * side, side).CopyTo(line.AsSpan(Reach));
            for (int i = 1; i <= Reach; i++)
            {
                (line[Reach - i], line[Reach + side - 1 + i]) = (line[Reach + i], line[Reach + side - 1 - i]);
            }
            ReadOnlySpan<float> from = line;
            Filter(from, from[1..], from[2..], from[3..], from[4..], rows.AsSpan(y * side, side));
        }
        for (int y = 0; y < side; y++)
        {
            Filter(Row(y - 2), Row(y - 1), Row(y), Row(y + 1), Row(y + 2), smooth.AsSpan(y * side, side));
        }
        return smooth;

        ReadOnlySpan<float> Row(int y) => rows.AsSpan(Mirrored(y, side) * side, side);
    }

    private static void Filter(
        ReadOnlySpan<float> first,
        ReadOnlySpan<float> second,
        ReadOnlySpan<float> middle,
        ReadOnlySpan<float> fourth,
        ReadOnlySpan<float> last,
        Span<float> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = ((6 * middle[i]) + (4 * (second[i] + fourth[i])) + (first[i] + last[i])) / 16;
        }
    }

    private static int Mirrored(int i, int side)
    {
        int within = Math.Abs(i);
        return within < side ? within : (2 * (side - 1)) - within;
    }

    private static float[] EverySecond(float[] image, int side)
    {
        int half = (side + 1) / 2;
        float[] small = new float[half * half];
        for (int y = 0; y < half; y++)
        {
            for (int x = 0; x < half; x++)
            {
                small[(y * half) + x] = image[(2 * y * side) + (2 * x)];
            }
        }
        return small;
    }
}
