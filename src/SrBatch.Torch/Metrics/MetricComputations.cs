namespace SrBatch.Torch.Metrics;

/// <summary>
/// How each score of <see cref="Core.Quality.MetricTable"/> is computed, by its name. Null: it is not defined for the plane.
/// </summary>
public static class MetricComputations
{
    /// <summary>Scores of a prediction, an output or the upsampled input, against the target.</summary>
    public static readonly IReadOnlyDictionary<string, Func<TargetComparison, double?>> AgainstTarget =
        new Dictionary<string, Func<TargetComparison, double?>>
        {
            ["psnr"] = PeakSignalToNoise.Of,
            ["ssim"] = planes => planes.Similarity?.Ssim,
            ["ms_ssim"] = MultiScaleSimilarity.Of,
            ["nrmse"] = NormalizedError.Of,
            ["pearson"] = planes => planes.Fit?.Pearson,
        };

    /// <summary>Scores of an output and its input.</summary>
    public static readonly IReadOnlyDictionary<string, Func<MetricPlane, double?>> WithoutTarget =
        new Dictionary<string, Func<MetricPlane, double?>>
        {
            ["rsp"] = plane => plane.Squirrel?.Rsp,
            ["rse"] = plane => plane.Squirrel?.Rse,
            ["frc"] = plane => plane.ResolutionUm(() => FourierRingCorrelation.ResolutionOfOne(plane.Output, plane.Height, plane.Width)),
            ["decorrelation"] = plane => plane.ResolutionUm(() => DecorrelationAnalysis.Resolution(plane.Spectrum)),
            ["input_snr"] = plane =>
                plane.Input is null ? null : SignalToNoise.Of(plane.Input, plane.Height / plane.Scale, plane.Width / plane.Scale),
        };
}
