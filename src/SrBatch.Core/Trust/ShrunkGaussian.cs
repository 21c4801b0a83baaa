namespace SrBatch.Core.Trust;

/// <summary>
/// A normal distribution of feature vectors, estimated from few samples. Correlations are shrunk towards 0 as in Schäfer and Strimmer
/// (2005), variances towards a prior.
/// </summary>
/// <param name="Mean">Mean of each feature.</param>
/// <param name="Deviation">Standard deviation of each feature, above 0.</param>
/// <param name="Whitening">Lower triangular matrix, row by row, that makes standardised features uncorrelated.</param>
public sealed record ShrunkGaussian(double[] Mean, double[] Deviation, double[] Whitening)
{
    /// <summary>The prior counts as this many samples.</summary>
    private const double PriorSamples = 3;

    /// <summary>
    /// Prior variance between planes, as a share of the variance between a plane's crops. The mean of crops varies less than single crops,
    /// but more than it would if the crops were independent.
    /// </summary>
    private const double PriorShare = 0.25;

    /// <summary>Added in quadrature to every deviation: 5 % of an amplitude, the accuracy of the features.</summary>
    private const double LeastDeviation = 0.05;

    /// <param name="samples">At least one.</param>
    public static ShrunkGaussian Fit(IReadOnlyList<PlaneSample> samples)
    {
        int count = samples.Count, size = samples[0].Features.Length;
        double[] mean = new double[size], deviation = new double[size];
        double[,] standardised = new double[count, size];
        for (int i = 0; i < size; i++)
        {
            mean[i] = samples.Average(sample => sample.Features[i]);
            double squares = samples.Sum(sample => (sample.Features[i] - mean[i]) * (sample.Features[i] - mean[i]));
            double prior = PriorShare * samples.Average(sample => sample.Variances[i]);
            deviation[i] = Math.Sqrt(((squares + (PriorSamples * prior)) / (count - 1 + PriorSamples)) + (LeastDeviation * LeastDeviation));
            for (int n = 0; n < count; n++)
            {
                standardised[n, i] = (samples[n].Features[i] - mean[i]) / deviation[i];
            }
        }
        return new ShrunkGaussian(mean, deviation, InverseOfCholesky(Correlations(standardised), size));
    }

    /// <summary>
    /// Converts a sample's features to deviations from the mean, in standard deviations. Fewer saturated pixels than in training do not
    /// count as a deviation.
    /// </summary>
    public double[] Standardise(double[] features)
    {
        double[] standardised = new double[features.Length];
        for (int i = 0; i < standardised.Length; i++)
        {
            double deviation = (features[i] - Mean[i]) / Deviation[i];
            standardised[i] = PlaneFeatures.All[i].Kind == FeatureKind.Saturation ? Math.Max(0, deviation) : deviation;
        }
        return standardised;
    }

    /// <summary>
    /// Mahalanobis distance divided by the square root of the number of features: about 1 for samples of the distribution.
    /// </summary>
    /// <param name="standardised">See <see cref="Standardise"/>.</param>
    public double Distance(double[] standardised)
    {
        int size = standardised.Length;
        double squares = 0;
        for (int i = 0; i < size; i++)
        {
            double sum = 0;
            for (int j = 0; j <= i; j++)
            {
                sum += Whitening[(i * size) + j] * standardised[j];
            }
            squares += sum * sum;
        }
        return Math.Sqrt(squares / size);
    }

    /// <summary>
    /// The measured correlations, times one minus the share of them that chance explains (the equation for target D in the paper).
    /// </summary>
    private static double[,] Correlations(double[,] standardised)
    {
        int count = standardised.GetLength(0), size = standardised.GetLength(1);
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
                    mean += standardised[n, i] * standardised[n, j] / count;
                }
                for (int n = 0; n < count; n++)
                {
                    double difference = (standardised[n, i] * standardised[n, j]) - mean;
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

    /// <summary>
    /// Finds W with W R W' = 1 for the matrix R whose lower triangle is given. R must be positive definite, as all shrunk correlations are.
    /// </summary>
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
            // Only rounding can make the pivot smaller.
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
