using SrBatch.Torch.Filters;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Where an output is wrong.</summary>
/// <param name="Values">Of each output pixel, at least 0.</param>
/// <param name="Unit">Of the values.</param>
/// <param name="Meaning">For people.</param>
/// <param name="Spot">Row and column of what is to be looked at; null: wherever most of the error is.</param>
internal sealed record ErrorMap(FloatImage Values, string Unit, string Meaning, (int Row, int Column)? Spot = null)
{
    /// <summary>Upper ends of scales; few, so that maps can be compared.</summary>
    private static readonly double[] Ends = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100];

    /// <summary>What the brightest colour stands for: a spot that is looked at must not drown, single pixels may.</summary>
    public double End => Values.Percentiles(Spot is null ? 99.5 : 100) is [double most] ? Ends.FirstOrDefault(end => end >= most, Ends[^1]) : 0;

    /// <param name="fitted">The output, brought to the target's intensities.</param>
    /// <param name="target">As large.</param>
    /// <param name="range">Of the target, from black to white.</param>
    public static ErrorMap AgainstTarget(FloatImage fitted, FloatImage target, double range) => new(
        new FloatImage(fitted.Height, fitted.Width, [.. fitted.Values.Zip(target.Values, (shown, wanted) => (float)(100 * Math.Abs(shown - (double)wanted) / range))]),
        "%", "Error: |fitted output − target|, percent of the target's range");

    /// <summary>What the blurred output has that its input has not, or lacks. Needs libtorch.</summary>
    /// <returns>Null when there is nothing to compare.</returns>
    /// <exception cref="SrBatchException">Exit code 69: libtorch is missing.</exception>
    public static ErrorMap? AgainstInput(FloatImage output, FloatImage input, int scale, RunContext context)
    {
        if (!PlaneValues.Of(input.Values).IsImage || !PlaneValues.Of(output.Values).IsImage)
        {
            return null;
        }
        TorchSetup.Load(null, context);
        float[] magnified = Upsampling.Bicubic(input.Values, input.Height, input.Width, scale);
        if (Squirrel.Of(output.Values, magnified, output.Height, output.Width, scale).Contradiction() is not { } contradiction)
        {
            return null;
        }
        float[] values = new float[output.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int row = Math.Min(i / output.Width / contradiction.Cell, contradiction.Height - 1), column = Math.Min(i % output.Width / contradiction.Cell, contradiction.Width - 1);
            values[i] = Math.Abs(contradiction.Map[(row * contradiction.Width) + column]);
        }
        return new ErrorMap(new FloatImage(output.Height, output.Width, values), "×",
            $"Contradiction: |blurred output − input| over what is ordinary at such brightness; greatest in the middle of the square, where the output shows {(contradiction.IsInvented ? "more" : "less")} than the input",
            (contradiction.Row, contradiction.Column));
    }
}
