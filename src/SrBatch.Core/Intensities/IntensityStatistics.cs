namespace SrBatch.Core.Intensities;

/// <summary>What an image's values tell of themselves; computed when asked for.</summary>
/// <param name="Percentiles">The values at two percentiles, 0 to 100.</param>
/// <param name="Moments">Mean, and standard deviation divided by the number of values.</param>
public sealed record IntensityStatistics(Func<double, double, (double Low, double High)> Percentiles, Func<(double Mean, double Deviation)> Moments);
