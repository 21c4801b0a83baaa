using SrBatch.Core.Intensities;

namespace SrBatch.Core.Progress;

/// <summary>A part of a validation plane for people to look at.</summary>
/// <param name="Name">The image's id, and the plane's indices along other axes.</param>
/// <param name="Panels">Input, output and target side by side.</param>
public sealed record ValidationSample(string Name, GrayImage Panels)
{
    /// <summary>
    /// Black and white are two percentiles of the target. For input and output they are the intensities that correspond to these by the
    /// line that fits input to target best: the output has the input's units, so that it looks like the target only if it is right. Values
    /// that are not finite are black. Input pixels are enlarged as squares.
    /// </summary>
    /// <param name="percentileLow">Black, 0 to 100.</param>
    /// <param name="percentileHigh">White, 0 to 100.</param>
    public static ValidationSample Of(string name, SamplePart part, double percentileLow, double percentileHigh)
    {
        (float[] input, float[] output, float[] target, int width, int scale) = part;
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
