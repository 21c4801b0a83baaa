using SrBatch.Core.Errors;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;
using SrBatch.Worker.Runs;

namespace SrBatch.Worker.Report.Page;

/// <summary>Where an output is wrong.</summary>
/// <param name="Percent">Of each output pixel, in percent of the range that <paramref name="Meaning"/> names.</param>
/// <param name="Meaning">For people.</param>
internal sealed record ErrorMap(FloatImage Percent, string Meaning)
{
    /// <param name="fitted">The output, brought to the target's intensities.</param>
    /// <param name="target">As large.</param>
    /// <param name="range">Of the target, from black to white.</param>
    public static ErrorMap AgainstTarget(FloatImage fitted, FloatImage target, double range) => new(
        new FloatImage(fitted.Height, fitted.Width, [.. fitted.Values.Zip(target.Values, (shown, wanted) => (float)(100 * Math.Abs(shown - (double)wanted) / range))]),
        "Error: |fitted output − target|, percent of the target's range");

    /// <summary>SQUIRREL's: what the blurred output has that its input has not, or lacks. Needs libtorch.</summary>
    /// <returns>Null when there is nothing to compare.</returns>
    /// <exception cref="SrBatchException">Exit code 69: libtorch is missing.</exception>
    public static ErrorMap? AgainstInput(FloatImage output, FloatImage input, int scale, (double Low, double High) percentiles, RunContext context)
    {
        if (input.Percentiles(percentiles.Low, percentiles.High) is not [double low, double high] || high <= low || !PlaneValues.Of(input.Values).IsImage || !PlaneValues.Of(output.Values).IsImage)
        {
            return null;
        }
        TorchSetup.Load(context.Slurm.CpusPerTask);
        float[] magnified = TrainedGenerator.Upsample(input.Values, input.Height, input.Width, scale);
        float[] error = Squirrel.Of(output.Values, magnified, output.Height, output.Width, scale).ErrorMap();
        return new ErrorMap(new FloatImage(output.Height, output.Width, error).Map(value => 100 * value / (high - low)), "Error: |blurred output − input| (SQUIRREL), percent of the input's range");
    }
}
