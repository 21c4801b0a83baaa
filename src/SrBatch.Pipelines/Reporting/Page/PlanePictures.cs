using System.Globalization;
using SrBatch.Core.Intensities;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// Makes pictures of planes that can be compared: the output is brought to the target's intensities by the line that its scores are computed with; the input's
/// black and white are what it has in place of the target's; so a pixel has the same gray wherever it shows the same. Without a target the output is the reference.
/// </summary>
internal static class PlanePictures
{
    /// <summary>Longest side of a whole view, and side of an inset, pixels of the output.</summary>
    private const int MostSide = 256, InsetSide = 64;

    /// <param name="line">What is known of the plane.</param>
    /// <param name="images">Its pixels.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="pixelSizeUm">Of an output pixel; null: not known.</param>
    /// <param name="percentiles">Of the reference: black and white.</param>
    /// <param name="againstInput">Where the output disagrees with its input, asked for when there is no target; null: not known.</param>
    public static PlaneView Of(PlaneLine line, PlaneImages images, int scale, double? pixelSizeUm, (double Low, double High) percentiles, Func<FloatImage, FloatImage, ErrorMap?>? againstInput = null)
    {
        if (images.Output is not { } output)
        {
            return new PlaneView(line, [], images.Notes);
        }
        FloatImage reference = output;
        if (images.Target is { } target)
        {
            (double slope, double offset) = output.FitTo(target).Line();
            output = output.Map(value => (slope * value) + offset);
            reference = target;
        }
        if (reference.Percentiles(percentiles.Low, percentiles.High) is not [double low, double high])
        {
            return new PlaneView(line, [], [.. images.Notes, "No pixel is finite: there is nothing to show."]);
        }
        ErrorMap? map = images.Target is not null ? high > low ? ErrorMap.AgainstTarget(output, reference, high - low) : null : images.Input is { } made ? againstInput?.Invoke(output, made) : null;
        FloatImage? error = map?.Values;
        int factor = (Math.Max(output.Height, output.Width) + MostSide - 1) / MostSide;
        int side = Math.Min(InsetSide, Math.Min(output.Height, output.Width)) / scale * scale;
        (int top, int left) = map?.Spot is var (row, column) ? (Around(row, output.Height), Around(column, output.Width)) : (error ?? Contrast(output)).Greatest(side, scale);
        (double inputLow, double inputHigh) = images.Input is { } input ? InputEnds(input, reference.Reduced(scale), low, high, percentiles) : (0, 0);
        double errorEnd = map?.End ?? 0;
        return new PlaneView(line, [.. Panels()], images.Notes)
        {
            InsetAt = [(double)left / output.Width, (double)top / output.Height, (double)side / output.Width, (double)side / output.Height],
            WidthUm = pixelSizeUm * output.Width,
            ErrorMeaning = map?.Meaning,
            ErrorHigh = map is null ? null : string.Create(CultureInfo.InvariantCulture, $"{errorEnd} {map.Unit}"),
            Spectra = SpectraOf(images.Input?.Map(value => (value - inputLow) / (inputHigh - inputLow) * (high - low)), output, images.Target, scale, pixelSizeUm),
        };

        // A square's first row or column, on the input's grid.
        int Around(int centre, int length) => Math.Clamp(centre - (side / 2), 0, length - side) / scale * scale;

        IEnumerable<PicturePanel> Panels()
        {
            if (images.Input is { } seen)
            {
                yield return new PicturePanel("Input", Png(seen.Reduced(Math.Max(1, factor / scale)).Gray(inputLow, inputHigh)), Png(seen.Cut(top / scale, left / scale, side / scale, side / scale).Gray(inputLow, inputHigh)));
            }
            yield return Panel("Output", output, low, high, null);
            if (images.Target is { } wanted)
            {
                yield return Panel("Target", wanted, low, high, null);
            }
            if (error is not null)
            {
                yield return Panel("Error", error, 0, errorEnd, ErrorColours.Palette);
            }
        }

        PicturePanel Panel(string name, FloatImage image, double black, double white, byte[]? palette) =>
            new(name, Png(image.Reduced(factor).Gray(black, white), palette), Png(image.Cut(top, left, side, side).Gray(black, white), palette));
    }

    /// <summary>The error map's colours from left to right.</summary>
    public static string ErrorScale() => Png(new GrayImage(256, 1, [.. Enumerable.Range(0, 256).Select(index => (byte)index)]), ErrorColours.Palette);

    private static string Png(GrayImage image, byte[]? palette = null) => "data:image/png;base64," + Convert.ToBase64String(PngFile.Encode(image, palette));

    /// <summary>Squared distance of each pixel from the mean.</summary>
    private static FloatImage Contrast(FloatImage image)
    {
        double mean = image.Values.Where(float.IsFinite).Select(value => (double)value).DefaultIfEmpty().Average();
        return image.Map(value => (value - mean) * (value - mean));
    }

    /// <summary>What the input has where the reference, brought to the input's grid, has black and white.</summary>
    private static (double Low, double High) InputEnds(FloatImage input, FloatImage reference, double low, double high, (double Low, double High) percentiles)
    {
        LinearFit fit = reference.FitTo(input);
        (double slope, double offset) = fit.Line();
        return slope > 0 ? ((slope * low) + offset, (slope * high) + offset)
            : input.Percentiles(percentiles.Low, percentiles.High) is [double inputLow, double inputHigh] ? (inputLow, inputHigh)
            : (0, 1);
    }

    private static PlaneSpectra? SpectraOf(FloatImage? input, FloatImage output, FloatImage? target, int scale, double? pixelSizeUm)
    {
        int side = RadialSpectrum.SideOf(output.Height, output.Width);
        if (side == 0)
        {
            return null;
        }
        double pixel = pixelSizeUm ?? 1;
        double[] ofOutput = Of(output, side, pixel), ofTarget = target is null ? [] : Of(target, side, pixel);
        bool isSquare = input is not null && side / scale >= 16 && double.IsPow2(side / (double)scale) && side / scale <= Math.Min(input.Height, input.Width);
        double[] ofInput = isSquare ? Of(input!, side / scale, pixel * scale) : [];
        double strongest = (target is null ? ofOutput : ofTarget).Max();
        return strongest > 0
            ? new PlaneSpectra([.. Enumerable.Range(1, side / 2).Select(i => Math.Round(i / (side * pixel), 4))], pixelSizeUm is null ? "pixel" : "µm", Decibels(ofInput), Decibels(ofOutput), Decibels(ofTarget))
            : null;

        static double[] Of(FloatImage image, int side, double pixel) => RadialSpectrum.Of(image.Values, image.Height, image.Width, side, pixel);

        // Nothing that is shown lies lower than -200 dB.
        IReadOnlyList<double> Decibels(double[] power) => [.. power.Select(value => Math.Round(Math.Max(-200, 10 * Math.Log10(value / strongest)), 2))];
    }
}
