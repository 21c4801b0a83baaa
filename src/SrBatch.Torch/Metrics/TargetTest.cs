using SrBatch.Core.Quality;

namespace SrBatch.Torch.Metrics;

/// <summary>Compares an output with what needs no network: the upsampled input, and that input blurred as suits the target best.</summary>
public static class TargetTest
{
    /// <param name="output">The output beside its target.</param>
    /// <param name="input">The upsampled input beside the same target; null: there is no input.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <returns>Null when the target shows nothing.</returns>
    public static TargetEvidence? Of(TargetComparison output, TargetComparison? input, int scale)
    {
        if (output.Fit is not { Range: > 0 } fit)
        {
            return null;
        }
        Squirrel? blur = input is null || PlaneValues.Of(input.Prediction).IsConstant ? null : Blur(input, scale);
        return new TargetEvidence(
            fit.Range,
            fit.Pearson,
            fit.MeanSquaredError,
            input?.Fit?.MeanSquaredError,
            blur is null ? null : new TargetComparison(blur.Blurred, output.Target).Fit?.MeanSquaredError,
            blur?.SigmaPx);
    }

    private static Squirrel Blur(TargetComparison input, int scale) =>
        Squirrel.Of(input.Prediction, input.Target.Values, input.Target.Height, input.Target.Width, scale);
}
