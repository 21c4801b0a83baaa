using System.Globalization;
using SrBatch.Core.Intensities;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// Makes pictures of a plane that can be compared: the same gray means the same intensity in all of them. The output is scaled to the
/// target by the least-squares line that the scores also use. The input's black and white are its values at the target's black and white.
/// Without a target, the output takes its place.
/// </summary>
internal static class PlanePictures
{
    /// <summary>Longest side of a whole view, and side of an inset, in output pixels.</summary>
    private const int MostSide = 256, InsetSide = 64;

    /// <param name="line">The plane's row in the table.</param>
    /// <param name="images">Its pixels.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="pixelSizeUm">Size of an output pixel; null: not known.</param>
    /// <param name="percentiles">Percentiles of the reference that become black and white.</param>
    /// <param name="againstInput">Maps output and input to their contradiction; called when there is no target.</param>
    public static PlaneView Of(
        PlaneLine line,
        PlaneImages images,
        int scale,
        double? pixelSizeUm,
        (double Low, double High) percentiles,
        Func<FloatImage, FloatImage, ErrorMap?>? againstInput = null)
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
        ErrorMap? map = null;
        if (images.Target is not null)
        {
            map = high > low ? ErrorMap.AgainstTarget(output, reference, high - low) : null;
        }
        else if (images.Input is { } compared)
        {
            map = againstInput?.Invoke(output, compared);
        }
        int factor = (Math.Max(output.Height, output.Width) + MostSide - 1) / MostSide;
        int side = Math.Min(InsetSide, Math.Min(output.Height, output.Width)) / scale * scale;
        (int top, int left) = map?.Spot is var (row, column)
            ? (Around(row, output.Height), Around(column, output.Width))
            : (map?.Values ?? Contrast(output)).Greatest(side, scale);
        (double inputLow, double inputHigh) = images.Input is { } input
            ? InputEnds(input, reference.Reduced(scale), low, high, percentiles)
            : (0, 0);
        double errorEnd = map?.End ?? 0;
        FloatImage? likeReference = images.Input?.Map(value => (value - inputLow) / (inputHigh - inputLow) * (high - low));
        return new PlaneView(line, [.. Panels()], images.Notes)
        {
            InsetAt = [(double)left / output.Width, (double)top / output.Height, (double)side / output.Width, (double)side / output.Height],
            WidthUm = pixelSizeUm * output.Width,
            ErrorMeaning = map?.Meaning,
            ErrorHigh = map is null ? null : string.Create(CultureInfo.InvariantCulture, $"{errorEnd} {map.Unit}"),
            Spectra = SpectraOf(likeReference, output, images.Target, scale, pixelSizeUm),
        };

        // First row or column of a square around a pixel, on the grid of the input.
        int Around(int centre, int length) => Math.Clamp(centre - (side / 2), 0, length - side) / scale * scale;

        IEnumerable<PicturePanel> Panels()
        {
            if (images.Input is { } seen)
            {
                FloatImage whole = seen.Reduced(Math.Max(1, factor / scale));
                FloatImage inset = seen.Cut(top / scale, left / scale, side / scale, side / scale);
                yield return new PicturePanel("Input", Png(whole.Gray(inputLow, inputHigh)), Png(inset.Gray(inputLow, inputHigh)));
            }
            yield return Panel("Output", output, low, high, null);
            if (images.Target is { } wanted)
            {
                yield return Panel("Target", wanted, low, high, null);
            }
            if (map is not null)
            {
                yield return Panel("Error", map.Values, 0, errorEnd, ErrorColours.Palette);
            }
        }

        PicturePanel Panel(string name, FloatImage image, double black, double white, byte[]? palette) => new(
            name,
            Png(image.Reduced(factor).Gray(black, white), palette),
            Png(image.Cut(top, left, side, side).Gray(black, white), palette));
    }

    /// <summary>The error map's colours from left to right.</summary>
    public static string ErrorScale()
    {
        byte[] levels = [.. Enumerable.Range(0, 256).Select(index => (byte)index)];
        return Png(new GrayImage(256, 1, levels), ErrorColours.Palette);
    }

    private static string Png(GrayImage image, byte[]? palette = null) =>
        "data:image/png;base64," + Convert.ToBase64String(PngFile.Encode(image, palette));

    /// <summary>Squared distance of each pixel from the mean.</summary>
    private static FloatImage Contrast(FloatImage image)
    {
        double mean = image.Values.Where(float.IsFinite).Select(value => (double)value).DefaultIfEmpty().Average();
        return image.Map(value => (value - mean) * (value - mean));
    }

    /// <summary>Values of the input where the reference is black and white.</summary>
    /// <param name="reference">On the grid of the input.</param>
    private static (double Low, double High) InputEnds(
        FloatImage input,
        FloatImage reference,
        double low,
        double high,
        (double Low, double High) percentiles)
    {
        LinearFit fit = reference.FitTo(input);
        (double slope, double offset) = fit.Line();
        if (slope > 0)
        {
            return ((slope * low) + offset, (slope * high) + offset);
        }
        return input.Percentiles(percentiles.Low, percentiles.High) is [double inputLow, double inputHigh] ? (inputLow, inputHigh) : (0, 1);
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
        int inputSide = side / scale;
        bool fits = input is not null && inputSide >= 16 && double.IsPow2(side / (double)scale)
            && inputSide <= Math.Min(input.Height, input.Width);
        double[] ofInput = fits ? Of(input!, inputSide, pixel * scale) : [];
        double strongest = (target is null ? ofOutput : ofTarget).Max();
        if (!(strongest > 0))
        {
            return null;
        }
        IEnumerable<double> frequencies = Enumerable.Range(1, side / 2).Select(i => Math.Round(i / (side * pixel), 4));
        string unit = pixelSizeUm is null ? "pixel" : "µm";
        return new PlaneSpectra([.. frequencies], unit, Decibels(ofInput), Decibels(ofOutput), Decibels(ofTarget));

        static double[] Of(FloatImage image, int side, double pixel) =>
            RadialSpectrum.Of(image.Values, image.Height, image.Width, side, pixel);

        // -200 dB lies below everything that the chart shows.
        IReadOnlyList<double> Decibels(double[] power) =>
            [.. power.Select(value => Math.Round(Math.Max(-200, 10 * Math.Log10(value / strongest)), 2))];
    }
}
