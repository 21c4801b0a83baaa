namespace SrBatch.Torch.Metrics;

/// <summary>
/// A prediction beside its target, and what several scores need of both; each part is computed when the first score asks for it.
/// </summary>
public sealed class TargetComparison
{
    private readonly float[] _prediction;
    private readonly Lazy<PlaneFit?> _fit;
    private readonly Lazy<SimilarityMeans?> _similarity;

    /// <param name="prediction">As many values as the target.</param>
    /// <param name="target">What it should be.</param>
    /// <exception cref="ArgumentException">They are not of one size.</exception>
    public TargetComparison(float[] prediction, TargetPlane target)
    {
        if (prediction.Length != (long)target.Height * target.Width || target.Values.Length != prediction.Length)
        {
            throw new ArgumentException(
                $"{prediction.Length} and {target.Values.Length} values; expected {target.Height} x {target.Width}", nameof(prediction));
        }
        (_prediction, Target) = (prediction, target);
        _fit = new Lazy<PlaneFit?>(() => PlaneFit.Of(Present, target.Present, target.Range));
        _similarity = new Lazy<SimilarityMeans?>(Compare);
    }

    internal TargetPlane Target { get; }

    /// <summary>Null when no value is finite.</summary>
    internal PlaneFit? Fit => _fit.Value;

    /// <summary>Null below 11 x 11 pixels, or when the target's range is 0.</summary>
    internal SimilarityMeans? Similarity => _similarity.Value;

    /// <summary>The prediction's values at <see cref="TargetPlane.Present"/>.</summary>
    internal float[] Present => Target.PresentOf(_prediction);

    /// <summary>Missing pixels are filled in.</summary>
    internal float[] Prediction => Target.FilledOf(_prediction);

    /// <summary>Compares two planes; pixels that are not finite in either are ignored.</summary>
    public static TargetComparison Of(float[] prediction, float[] target, int height, int width)
    {
        bool[]? missing = prediction.Length == target.Length ? MissingPixels.In(prediction, target) : null;
        return new TargetComparison(prediction, new TargetPlane(target, height, width, missing));
    }

    private SimilarityMeans? Compare() =>
        Fit is { Range: > 0 } fit && Math.Min(Target.Height, Target.Width) > 2 * StructuralSimilarity.Border
            ? PlaneSimilarity.Means(Prediction, Target.Values, Target.Height, Target.Width, fit.Slope, fit.Offset, fit.Range)
            : null;
}
