using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// Standard deviation of what a plane shows over that of its noise: sqrt(variance - sigma^2) / sigma, sigma by <see cref="NoiseEstimate"/>;
/// 0 is noise alone. Where noise grows with the signal, sigma is that of most pixels: for images that are mostly background, the
/// background's.
/// </summary>
public static class SignalToNoise
{
    /// <param name="plane">height x width finite values, row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>0 and more; null when no noise is found.</returns>
    public static double? Of(ReadOnlySpan<float> plane, int height, int width)
    {
        double sigma = NoiseEstimate.Sigma(plane, height, width), mean = 0, squares = 0;
        foreach (float value in plane)
        {
            mean += value;
        }
        mean /= plane.Length;
        foreach (float value in plane)
        {
            squares += (value - mean) * (value - mean);
        }
        return sigma > 0 ? Math.Sqrt(Math.Max(0, (squares / plane.Length) - (sigma * sigma))) / sigma : null;
    }
}
