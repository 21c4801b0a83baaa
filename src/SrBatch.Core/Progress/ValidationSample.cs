using SrBatch.Core.Intensities;

namespace SrBatch.Core.Progress;

/// <summary>A part of a validation plane for people to look at.</summary>
/// <param name="Name">Of the plane: the image's id, and the indices along further axes.</param>
/// <param name="Panels">Input, output and target beside each other.</param>
public sealed record ValidationSample(string Name, GrayImage Panels)
{
    /// <summary>
    /// Black and white are two percentiles of the target's part, and what the input has in their place by the line that fits best: the output has the input's
    /// units, so that it looks like the target when it is right and like nothing while it is not. What is not finite is black. The input's pixels are
    /// enlarged as they are.
    /// </summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="input">Rows and columns of the others divided by <paramref name="scale"/>.</param>
    /// <param name="output">As many values as the target.</param>
    /// <param name="target">Row by row.</param>
    /// <param name="width">Of the target, pixels.</param>
    /// <param name="scale">Target pixels per input pixel.</param>
    /// <param name="percentileLow">0 to 100: of black.</param>
    /// <param name="percentileHigh">0 to 100: of white.</param>
    public static ValidationSample Of(
        string name, ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> target, int width, int scale, double percentileLow, double percentileHigh)
    {
        var fit = new LinearFit();
        for (int i = 0; i < input.Length; i++)
        {
            double mean = 0;
            for (int j = 0; j < scale * scale; j++)
            {
                int row = (i / (width / scale) * scale) + (j / scale), column = (i % (width / scale) * scale) + (j % scale);
                mean += target[(row * width) + column] / (double)(scale * scale);
            }
            if (double.IsFinite(mean) && float.IsFinite(input[i]))
            {
                fit.Add(mean, input[i]);
            }
        }
        (double slope, double offset) = fit.Line();
        IntensityRange truth = Contrast(target, percentileLow, percentileHigh);
        IntensityRange measured = slope > 0
            ? new IntensityRange((float)((slope * truth.Low) + offset), (float)((slope * truth.High) + offset))
            : Contrast(input, percentileLow, percentileHigh);
        int height = target.Length / width;
        var panels = new GrayImage(3 * width, height);
        panels.Paste(Panel(input, width / scale, scale, measured), 0, 0);
        panels.Paste(Panel(output, width, 1, measured), 0, width);
        panels.Paste(Panel(target, width, 1, truth), 0, 2 * width);
        return new ValidationSample(name, panels);
    }

    private static IntensityRange Contrast(ReadOnlySpan<float> values, double percentileLow, double percentileHigh)
    {
        var percentiles = new PercentileCounter([percentileLow, percentileHigh]);
        percentiles.FirstPass(values);
        percentiles.SecondPass(values);
        return percentiles.Values() is [double low, double high] ? new IntensityRange((float)low, (float)high) : default;
    }

    private static GrayImage Panel(ReadOnlySpan<float> values, int width, int scale, IntensityRange contrast)
    {
        var panel = new GrayImage(width * scale, values.Length / width * scale);
        for (int i = 0; i < panel.Pixels.Length; i++)
        {
            float value = values[(i / panel.Width / scale * width) + (i % panel.Width / scale)];
            double gray = ((double)value - contrast.Low) / contrast.Span;
            panel.Pixels[i] = double.IsFinite(gray) ? (byte)Math.Round(255 * Math.Clamp(gray, 0, 1)) : (byte)0;
        }
        return panel;
    }
}
