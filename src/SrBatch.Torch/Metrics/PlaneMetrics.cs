using SrBatch.Core.Intensities;
using SrBatch.Core.Quality;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Metrics;

/// <summary>Scores of a plane against its target, in double precision; equal to scikit-image's on the same arrays (a golden test).</summary>
public static class PlaneMetrics
{
    /// <summary>Largest plane that is scored: scoring holds three planes in single and ten in double precision.</summary>
    public const long MostPixels = 1 << 28;

    private const double RangeLow = 0.1, RangeHigh = 99.9;

    /// <param name="prediction">height x width values, row-major.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>All null when either holds a value that is not finite.</returns>
    public static PlaneScores Score(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int height, int width)
    {
        if (prediction.Length != (long)height * width || target.Length != prediction.Length)
        {
            throw new ArgumentException($"{prediction.Length} and {target.Length} values; expected {height} x {width}", nameof(prediction));
        }
        var forward = new LinearFit();
        var percentiles = new PercentileCounter([RangeLow, RangeHigh]);
        for (int i = 0; i < target.Length; i++)
        {
            forward.Add(prediction[i], target[i]);
        }
        percentiles.FirstPass(target);
        percentiles.SecondPass(target);
        (double slope, double offset) = forward.Line();
        if (percentiles.Count != target.Length || !double.IsFinite(slope) || !double.IsFinite(offset))
        {
            return new PlaneScores();
        }
        double range = percentiles.Values()[1] - percentiles.Values()[0];
        double squaredError = 0, squaredTarget = 0;
        for (int i = 0; i < target.Length; i++)
        {
            double error = (slope * prediction[i]) + offset - target[i];
            squaredError += error * error;
            squaredTarget += (double)target[i] * target[i];
        }
        double mse = squaredError / target.Length;
        return new PlaneScores
        {
            PsnrDb = range > 0 && mse > 0 ? 10 * Math.Log10(range * range / mse) : null,
            Ssim = range > 0 && Math.Min(height, width) > 2 * StructuralSimilarity.Border ? Ssim(prediction, target, height, width, slope, offset, range) : null,
            Nrmse = squaredTarget > 0 ? Math.Sqrt(mse / (squaredTarget / target.Length)) : null,
            Pearson = forward.Correlation(),
        };
    }

    private static double Ssim(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, int height, int width, double slope, double offset, double range)
    {
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor a_11HW = tensor(prediction.ToArray(), [1, 1, height, width]).to(float64).Times(slope).Plus(offset);
        Tensor b_11HW = tensor(target.ToArray(), [1, 1, height, width]).to(float64);
        return StructuralSimilarity.Mean(a_11HW, b_11HW, range).Value();
    }
}
