using SrBatch.Core.Quality;

namespace SrBatch.Torch.Metrics;

/// <summary>Scores of a plane against its target, in double precision; equal to scikit-image's on the same arrays (a golden test).</summary>
public static class PlaneMetrics
{
    /// <summary>Largest plane that is scored: indices of its values are plain integers.</summary>
    public const long MostPixels = 1 << 28;

    /// <param name="prediction">height x width values, row-major.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="multiScale">MS-SSIM too, for a third of SSIM's time.</param>
    /// <returns>All null when either holds a value that is not finite.</returns>
    public static PlaneScores Score(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int height, int width, bool multiScale = false) =>
        Score(prediction, target, height, width, multiScale, PlaneFit.RangeOf(target));

    /// <summary>An output's scores, and those of the input that it was made from; what both need of the target is computed once.</summary>
    /// <param name="output">height x width values, row-major.</param>
    /// <param name="input">As many: magnified.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="multiScale">MS-SSIM of the output too.</param>
    public static (PlaneScores Output, PlaneScores Input) Score(ReadOnlySpan<float> output, ReadOnlySpan<float> input, ReadOnlySpan<float> target, int height, int width, bool multiScale)
    {
        double? range = PlaneFit.RangeOf(target);
        return (Score(output, target, height, width, multiScale, range), Score(input, target, height, width, multiScale: false, range));
    }

    /// <summary>The PSNR of <see cref="Score(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, bool)"/> alone: choosing among many needs no more.</summary>
    public static double? PsnrDb(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) => PlaneFit.Of(prediction, target, PlaneFit.RangeOf(target))?.PsnrDb;

    private static PlaneScores Score(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int height, int width, bool multiScale, double? range)
    {
        if (prediction.Length != (long)height * width || target.Length != prediction.Length)
        {
            throw new ArgumentException($"{prediction.Length} and {target.Length} values; expected {height} x {width}", nameof(prediction));
        }
        if (PlaneFit.Of(prediction, target, range) is not { } fit)
        {
            return new PlaneScores();
        }
        int side = Math.Min(height, width);
        SimilarityMeans? similarity = fit.Range > 0 && side > 2 * StructuralSimilarity.Border ? PlaneSimilarity.Means(prediction, target, height, width, fit.Slope, fit.Offset, fit.Range) : null;
        return new PlaneScores
        {
            PsnrDb = fit.PsnrDb,
            Ssim = similarity?.Ssim,
            MsSsim = multiScale && side >= MultiScaleSimilarity.LeastSide && similarity is { } finest ? MultiScaleSimilarity.Of(finest, prediction, target, height, width, fit) : null,
            Nrmse = fit.MeanSquaredTarget > 0 ? Math.Sqrt(fit.MeanSquaredError / fit.MeanSquaredTarget) : null,
            Pearson = fit.Pearson,
        };
    }
}
