namespace SrBatch.Torch.Metrics;

/// <summary>NRMSE: RMSE / sqrt(mean(target^2)), scikit-image's default.</summary>
internal static class NormalizedError
{
    /// <returns>Null when the target is 0 everywhere.</returns>
    public static double? Of(TargetComparison planes) =>
        planes.Fit is { MeanSquaredTarget: > 0 } fit ? Math.Sqrt(fit.MeanSquaredError / fit.MeanSquaredTarget) : null;
}
