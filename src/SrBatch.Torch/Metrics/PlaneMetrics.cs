using SrBatch.Core.Quality;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// Scores of a plane against its target, in double precision; equal to scikit-image's on the same arrays (a golden test).
/// </summary>
public static class PlaneMetrics
{
    /// <summary>Largest plane that is scored: indices of its values are plain integers.</summary>
    public const long MostPixels = 1 << 28;

    /// <param name="prediction">height x width values, row-major; pixels that are not finite here or in the target are ignored.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="multiScale">MS-SSIM too, for a third of SSIM's time.</param>
    public static PlaneScores Score(float[] prediction, float[] target, int height, int width, bool multiScale = false)
    {
        var planes = TargetComparison.Of(prediction, target, height, width);
        return new PlaneScores
        {
            PsnrDb = PeakSignalToNoise.Of(planes),
            Ssim = planes.Similarity?.Ssim,
            MsSsim = multiScale ? MultiScaleSimilarity.Of(planes) : null,
            Nrmse = NormalizedError.Of(planes),
            Pearson = planes.Fit?.Pearson,
        };
    }

    /// <summary>The PSNR of <see cref="Score"/> alone: choosing among many needs no more.</summary>
    public static double? PsnrDb(float[] prediction, float[] target) =>
        PeakSignalToNoise.Of(TargetComparison.Of(prediction, target, 1, target.Length));
}
