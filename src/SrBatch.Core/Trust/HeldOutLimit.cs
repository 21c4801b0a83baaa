namespace SrBatch.Core.Trust;

/// <summary>The limit that good planes outside the training set rarely exceed.</summary>
public static class HeldOutLimit
{
    /// <summary>99 % quantile of the normal distribution: one plane in a hundred may exceed the limit.</summary>
    private const double NormalQuantile = 2.3263478740408408;

    /// <summary>
    /// Usual standard deviation of the logarithms of distances, and the number of scores it counts as. It keeps a few scores that are close
    /// by chance from giving too narrow a distribution.
    /// </summary>
    private const double PriorDeviation = 0.3, PriorScores = 5;

    /// <summary>
    /// Upper end of the prediction interval for one more score, assuming that the logarithms are normal: mean + t s sqrt(1 + 1/n). With
    /// fewer scores it is wider. It is never below the largest score.
    /// </summary>
    /// <param name="scores">At least one; all above 0.</param>
    public static double Of(IReadOnlyCollection<double> scores)
    {
        double[] logarithms = [.. scores.Select(score => Math.Log(score))];
        double mean = logarithms.Average(), freedom = logarithms.Length - 1 + PriorScores;
        double squares = logarithms.Sum(value => (value - mean) * (value - mean)) + (PriorScores * PriorDeviation * PriorDeviation);
        double limit = mean + (StudentQuantile(freedom) * Math.Sqrt(squares / freedom * (1 + (1.0 / logarithms.Length))));
        return Math.Exp(Math.Max(limit, logarithms.Max()));
    }

    /// <summary>
    /// Student's t at 99 % (Abramowitz and Stegun 26.7.5). 0.4 % too low at 5 degrees of freedom, the smallest number used here.
    /// </summary>
    private static double StudentQuantile(double freedom)
    {
        double z = NormalQuantile, z2 = z * z;
        return z
            + (z * (z2 + 1) / (4 * freedom))
            + (z * ((((5 * z2) + 16) * z2) + 3) / (96 * freedom * freedom))
            + (z * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / (384 * freedom * freedom * freedom));
    }
}
