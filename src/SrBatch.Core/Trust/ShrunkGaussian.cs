namespace SrBatch.Core.Trust;

/// <summary>
/// A normal distribution of feature vectors known from few of them. Correlations are shrunk towards none as Schäfer and Strimmer (2005) do, deviations towards
/// what is expected beforehand.
/// </summary>
/// <param name="Mean">Of each feature.</param>
/// <param name="Deviation">Of each feature; above 0.</param>
/// <param name="Whitening">Lower triangular matrix, row by row, that makes features in units of their deviations uncorrelated.</param>
public sealed record ShrunkGaussian(double[] Mean, double[] Deviation, double[] Whitening)
{
    /// <summary>What is expected beforehand counts as much as this many samples.</summary>
    private const double PriorSamples = 3;

    /// <summary>Variance expected of planes, of that of a plane's crops: their mean varies less than they do, but not as little as if they had nothing in common.</summary>
    private const double PriorShare = 0.25;

    /// <summary>No feature is known better than this: 5 % of an amplitude.</summary>
    private const double LeastDeviation = 0.05;

    /// <param name="samples">At least one.</param>
    public static ShrunkGaussian Fit(IReadOnlyList<PlaneSample> samples)
    {
        int count = samples.Count, size = samples[0].Features.Length;
        double[] mean = new double[size], deviation = new double[size];
        double[,] standard = new double[count, size];
        for (int i = 0; i < size; i++)
        {
            mean[i] = samples.Average(sample => sample.Features[i]);
            double squares = samples.Sum(sample => (sample.Features[i] - mean[i]) * (sample.Features[i] - mean[i]));
            double prior = PriorShare * samples.Average(sample => sample.Variances[i]);
            deviation[i] = Math.Sqrt(((squares + (PriorSamples * prior)) / (count - 1 + PriorSamples)) + (LeastDeviation * LeastDeviation));
            for (int n = 0; n < count; n++)
            {
                standard[n, i] = (samples[n].Features[i] - mean[i]) / deviation[i];
            }
        }
        return new ShrunkGaussian(mean, deviation, InverseOfCholesky(Correlations(standard), size));
    }

    /// <summary>A sample's features as deviations from the mean, in units of the standard deviation. Fewer saturated pixels than in training are no deviation.</summary>
    public double[] Standard(double[] features)
    {
        double[] standard = new double[features.Length];
        for (int i = 0; i < standard.Length; i++)
        {
            double away = (features[i] - Mean[i]) / Deviation[i];
            standard[i] = PlaneFeatures.All[i].Kind == FeatureKind.Saturation ? Math.Max(0, away) : away;
        }
        return standard;
    }

    /// <summary>Mahalanobis distance over the square root of the number of features: about 1 for samples of the distribution.</summary>
    /// <param name="standard">See <see cref="Standard"/>.</param>
    public double Distance(double[] standard)
    {
        int size = standard.Length;
        double squares = 0;
        for (int i = 0; i < size; i++)
        {
            double sum = 0;
            for (int j = 0; j <= i; j++)
            {
                sum += Whitening[(i * size) + j] * standard[j];
            }
            squares += sum * sum;
        }
        return Math.Sqrt(squares / size);
    }

    /// <summary>Those measured, times one less the share of them that chance alone explains (equation for target D of the paper).</summary>
    private static double[,] Correlations(double[,] standard)
    {
        int count = standard.GetLength(0), size = standard.GetLength(1);
        double[,] correlations = new double[size, size];
        double chance = 0, found = 0;
        for (int i = 0; i < size; i++)
        {
            correlations[i, i] = 1;
            for (int j = 0; j < i; j++)
            {
                double mean = 0, squares = 0;
                for (int n = 0; n < count; n++)
                {
                    mean += standard[n, i] * standard[n, j] / count;
                }
                for (int n = 0; n < count; n++)
                {
                    double difference = (standard[n, i] * standard[n, j]) - mean;
                    squares += difference * difference;
                }
                double measured = mean * count / (count - 1 + PriorSamples);
                correlations[i, j] = measured;
                found += measured * measured;
                chance += count > 1 ? squares * count / Math.Pow(count - 1.0, 3) : 0;
            }
        }
        double kept = count < 3 || found == 0 ? 0 : Math.Max(0, 1 - (chance / found));
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                correlations[i, j] *= kept;
            }
        }
        return correlations;
    }

    /// <summary>W with W R W' = 1 for a matrix R of which the lower triangle is given; positive definite, as any correlations are once shrunk.</summary>
    private static double[] InverseOfCholesky(double[,] lower, int size)
    {
        double[] inverse = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            double pivot = lower[i, i];
            for (int j = 0; j < i; j++)
            {
                double sum = lower[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum -= lower[i, k] * lower[j, k];
                }
                lower[i, j] = sum / lower[j, j];
                pivot -= lower[i, j] * lower[i, j];
            }
            // Rounding alone can make it less than a small number.
            lower[i, i] = Math.Sqrt(Math.Max(pivot, 1e-6));
            for (int j = 0; j <= i; j++)
            {
                double sum = i == j ? 1 : 0;
                for (int k = j; k < i; k++)
                {
                    sum -= lower[i, k] * inverse[(k * size) + j];
                }
                inverse[(i * size) + j] = sum / lower[i, i];
            }
        }
        return inverse;
    }
}
