using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Shows where an output is wrong.</summary>
/// <param name="Values">Error of each output pixel, at least 0.</param>
/// <param name="Unit">Unit of the values.</param>
/// <param name="Meaning">Explains the map to the reader of the page.</param>
/// <param name="Spot">Row and column to look at; null: the place with the most error.</param>
internal sealed record ErrorMap(FloatImage Values, string Unit, string Meaning, (int Row, int Column)? Spot = null)
{
    /// <summary>Possible upper ends of the colour scale. There are few, so that maps can be compared.</summary>
    private static readonly double[] Ends = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100];

    /// <summary>Value of the brightest colour. In a map with a spot no pixel exceeds it; else a few may.</summary>
    public double End => Values.Percentiles(Spot is null ? 99.5 : 100) is [double most]
        ? Ends.FirstOrDefault(end => end >= most, Ends[^1])
        : 0;

    /// <param name="fitted">The output, scaled to the target's intensities.</param>
    /// <param name="target">As large as the output.</param>
    /// <param name="range">Difference of the target's white and black.</param>
    public static ErrorMap AgainstTarget(FloatImage fitted, FloatImage target, double range)
    {
        IEnumerable<float> errors =
            fitted.Values.Zip(target.Values, (shown, wanted) => (float)(100 * Math.Abs(shown - (double)wanted) / range));
        var map = new FloatImage(fitted.Height, fitted.Width, [.. errors]);
        return new ErrorMap(map, "%", "Error: |fitted output − target|, percent of the target's range");
    }

    /// <summary>Compares the blurred output with the input. Needs libtorch.</summary>
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
            int row = Math.Min(i / output.Width / contradiction.Cell, contradiction.Height - 1);
            int column = Math.Min(i % output.Width / contradiction.Cell, contradiction.Width - 1);
            values[i] = Math.Abs(contradiction.Map[(row * contradiction.Width) + column]);
        }
        return new ErrorMap(new FloatImage(output.Height, output.Width, values), "×",
            "Contradiction: |blurred output − input| relative to what is usual at that brightness; greatest at the centre of the square, "
            + $"where the output shows {(contradiction.IsInvented ? "more" : "less")} than the input",
            (contradiction.Row, contradiction.Column));
    }
}
