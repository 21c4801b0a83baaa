namespace SrBatch.Core.Trust;

/// <summary>
/// Statistics of a square of normalised intensities: quantiles, and for each scale of a Laplacian pyramid (Burt and Adelson 1983, binomial filter of 5 taps)
/// the strength, skewness, kurtosis and neighbour correlations of the detail: a power spectrum by octaves, and what a power spectrum does not see.
/// </summary>
public static class CropFeatures
{
    /// <summary>Scales, each with the wavelengths of twice the one before.</summary>
    public const int Levels = 4;

    private const int EachLevel = 5;

    /// <summary>Numbers a crop.</summary>
    public const int Count = 5 + (Levels * EachLevel);

    /// <summary>Of the intensities.</summary>
    public static IReadOnlyList<double> Quantiles { get; } = [0.01, 0.1, 0.5, 0.9, 0.99];

    /// <summary>Natural logarithm of the factor by which detail of white noise is weaker at each scale than at the finest.</summary>
    public static IReadOnlyList<double> WhiteNoise { get; } = [0, -1.49, -2.34, -3.07];

    /// <summary>Where intensities turn from linear to logarithmic: a twentieth of the range.</summary>
    public const double Knee = 0.05;

    /// <summary>Standard deviations are counted from here, in units of the range, so that a flat square has a logarithm.</summary>
    private const double LeastDeviation = 1e-3;

    /// <summary>Below it detail is rounding and has no shape.</summary>
    private const double LeastShape = 1e-4;

    /// <summary>Detail this near to a border depends on how the image goes on there; left out where enough remains.</summary>
    private const int Border = 2;

    /// <summary>Of the filter to each side.</summary>
    private const int Reach = 2;

    /// <summary>What the number at this place means.</summary>
    public static PlaneFeature Feature(int number, bool isSpread)
    {
        int quantiles = Quantiles.Count;
        return number < quantiles
            ? new PlaneFeature(FeatureKind.Quantile, number, isSpread)
            : new PlaneFeature(FeatureKind.Amplitude + ((number - quantiles) % EachLevel), (number - quantiles) / EachLevel, isSpread);
    }

    /// <param name="crop">side x side intensities; finite.</param>
    /// <param name="side">At least 32.</param>
    /// <param name="features"><see cref="Count"/> numbers.</param>
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
            Shape(Detail(image, smooth, side, out int detailSide), detailSide, features.Slice(Quantiles.Count + (level * EachLevel), EachLevel));
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

    /// <summary>Amplitude, skewness, tails, correlation and anisotropy of detail whose mean is 0.</summary>
    private static void Shape(double[] detail, int side, Span<double> features)
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
        if (deviation < LeastShape)
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

    /// <summary>1 4 6 4 1 over 16 along both axes; beyond its borders the image goes on as its mirror image about the outermost pixels' centres.</summary>
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

    private static void Filter(ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> middle, ReadOnlySpan<float> fourth, ReadOnlySpan<float> last, Span<float> result)
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
