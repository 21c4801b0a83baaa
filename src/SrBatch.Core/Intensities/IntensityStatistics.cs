namespace SrBatch.Core.Intensities;

/// <summary>Statistics of an image's values, computed when called.</summary>
/// <param name="Percentiles">Returns the values at two percentiles, 0 to 100.</param>
/// <param name="Moments">Returns the mean and the population standard deviation (the variance divides by n, not n - 1).</param>
public sealed record IntensityStatistics(
    Func<double, double, (double Low, double High)> Percentiles,
    Func<(double Mean, double Deviation)> Moments);
