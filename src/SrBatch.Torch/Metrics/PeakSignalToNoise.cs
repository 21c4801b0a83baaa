namespace SrBatch.Torch.Metrics;

/// <summary>PSNR in dB: 10 log10(R^2 / MSE), R from percentile 0.1 to 99.9 of the target.</summary>
internal static class PeakSignalToNoise
{
    /// <returns>Null when R or MSE is 0.</returns>
    public static double? Of(TargetComparison planes) => planes.Fit is { Range: > 0, MeanSquaredError: > 0 } fit
        ? 10 * Math.Log10(fit.Range * fit.Range / fit.MeanSquaredError)
        : null;
}
