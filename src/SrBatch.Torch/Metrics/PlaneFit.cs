using SrBatch.Core.Intensities;

namespace SrBatch.Torch.Metrics;

/// <summary>The least-squares line from a prediction to its target, and the error that remains.</summary>
/// <param name="Range">From percentile 0.1 to 99.9 of the target.</param>
/// <param name="MeanSquaredError">After the line was applied to the prediction.</param>
internal sealed record PlaneFit(
    double Slope,
    double Offset,
    double Range,
    double MeanSquaredError,
    double MeanSquaredTarget,
    double? Pearson)
{
    private const double RangeLow = 0.1, RangeHigh = 99.9;

    /// <returns>From percentile 0.1 to 99.9; null when a value is not finite, or there is none.</returns>
    public static double? RangeOf(ReadOnlySpan<float> target)
    {
        var percentiles = new PercentileCounter([RangeLow, RangeHigh]);
        percentiles.FirstPass(target);
        percentiles.SecondPass(target);
        return percentiles.Count == target.Length && percentiles.Values() is [double low, double high] ? high - low : null;
    }

    /// <param name="prediction">Any number of values.</param>
    /// <param name="target">As many.</param>
    /// <param name="range">Of the target, see <see cref="RangeOf"/>.</param>
    /// <returns>Null when either holds a value that is not finite.</returns>
    public static PlaneFit? Of(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double? range)
    {
        var forward = new LinearFit();
        for (int i = 0; i < target.Length; i++)
        {
            forward.Add(prediction[i], target[i]);
        }
        (double slope, double offset) = forward.Line();
        if (range is not { } span || !double.IsFinite(slope) || !double.IsFinite(offset))
        {
            return null;
        }
        double squaredError = 0, squaredTarget = 0;
        for (int i = 0; i < target.Length; i++)
        {
            double error = (slope * prediction[i]) + offset - target[i];
            squaredError += error * error;
            squaredTarget += (double)target[i] * target[i];
        }
        return new PlaneFit(slope, offset, span, squaredError / target.Length, squaredTarget / target.Length, forward.Correlation());
    }
}
