namespace SrBatch.Core.Quality;

/// <summary>
/// How near a plane comes to its target, after the least-squares line through (prediction, target) was applied to the prediction. Null
/// where a score is not defined.
/// </summary>
public sealed record PlaneScores
{
    /// <summary>10 log10(R^2 / MSE), R from percentile 0.1 to 99.9 of the target; null when R or MSE is 0.</summary>
    public double? PsnrDb { get; init; }

    /// <summary>Wang et al. 2004 with range R; null below 11 x 11 pixels or when R is 0.</summary>
    public double? Ssim { get; init; }

    /// <summary>Wang et al. 2003, five scales, range R, 0 to 1; null below 176 x 176 pixels or when R is 0.</summary>
    public double? MsSsim { get; init; }

    /// <summary>RMSE / sqrt(mean(target^2)), scikit-image's default.</summary>
    public double? Nrmse { get; init; }

    /// <summary>Pearson's correlation; null when either is constant.</summary>
    public double? Pearson { get; init; }
}
