using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>
/// Finds shift, rotation and scale at low resolution: phase correlation (Kuglin and Hines 1975) of the input with the target, rotated and
/// scaled by each step of a small range. Whitened spectra make the peak sharp for any pair of contrasts; a band-pass removes noise and
/// shading.
/// </summary>
internal static class CoarseSearch
{
    /// <summary>Longest side of the images that are compared, pixels.</summary>
    private const int LongestSide = 240;

    /// <summary>Number of rotation and scale steps to each side.</summary>
    private const int Turns = 6, Stretches = 3;
    private const double DegreesStep = 1, ScaleStep = 0.02;

    /// <summary>Gaussian band of frequencies, cycles per pixel.</summary>
    private const double BandLow = 0.015, BandHigh = 0.12;

    /// <summary>Coarser shading is removed; pixels.</summary>
    private const double ShadingSigma = 8;

    /// <param name="input_BHW">Features in the frame.</param>
    /// <param name="target_BHW">Features of the target, of any size.</param>
    public static CoarseMatch Find(Tensor input_BHW, Tensor target_BHW, PairFeature feature, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        int factor = 1;
        while (Math.Max(input_BHW.shape[1], input_BHW.shape[2]) > LongestSide * factor)
        {
            factor *= 2;
        }
        Tensor input = Reduced(input_BHW, factor), target = Reduced(target_BHW, factor);
        int rows = Padded(input.shape[1], target.shape[1]), columns = Padded(input.shape[2], target.shape[2]);
        Tensor band_NK = Band(rows, columns), inputSpectrum_BNK = fft.rfft2(input, [rows, columns]).conj();
        (int targetHeight, int targetWidth) = ((int)target.shape[1], (int)target.shape[2]);
        CubicSpline[] splines = [.. Enumerable.Range(0, (int)target.shape[0]).Select(plane =>
            new CubicSpline(target[plane].data<float>().ToArray(), targetHeight, targetWidth))];
        (double Y, double X) centre = ((targetHeight - 1) / 2.0, (targetWidth - 1) / 2.0);

        CoarseMatch? best = null;
        for (int turn = -Turns; turn <= Turns; turn++)
        {
            for (int stretch = -Stretches; stretch <= Stretches; stretch++)
            {
                stop.ThrowIfCancellationRequested();
                AffineMap map = AffineMap.Similarity(turn * DegreesStep, 1 + (stretch * ScaleStep), centre, centre);
                (double peak, double dip, int atPeak, int atDip) = Correlate(splines, map, inputSpectrum_BNK, band_NK, rows, columns);
                if (best is null || Math.Max(peak, dip) > best.Peak)
                {
                    int at = peak >= dip ? atPeak : atDip, dy = Signed(at / columns, rows), dx = Signed(at % columns, columns);
                    best = new CoarseMatch(map.After(new AffineMap(1, 0, dy, 0, 1, dx)), Math.Max(peak, dip), feature, dip > peak);
                }
            }
        }
        return best! with { Map = Enlarged(best!.Map, factor) };
    }

    /// <returns>Highest and lowest value in standard deviations, and their indices.</returns>
    private static (double Peak, double Dip, int AtPeak, int AtDip) Correlate(
        CubicSpline[] splines,
        AffineMap map,
        Tensor inputSpectrum_BNK,
        Tensor band_NK,
        int rows,
        int columns)
    {
        using var scope = NewDisposeScope();
        int height = splines[0].Height, width = splines[0].Width;
        float[] turned = new float[splines.Length * height * width];
        RowLoop.Run(splines.Length * height, line =>
        {
            CubicSpline spline = splines[line / height];
            for (int x = 0; x < width; x++)
            {
                (double sourceY, double sourceX) = map.At(line % height, x);
                turned[(line * width) + x] = spline.Covers(sourceY, sourceX) ? spline.At(sourceY, sourceX) : 0;
            }
        });
        Tensor cross_BNK = fft.rfft2(tensor(turned, [splines.Length, height, width]), [rows, columns]) * inputSpectrum_BNK;
        Tensor length_BNK = cross_BNK.abs();
        Tensor phase_NK = (cross_BNK / length_BNK.Plus((1e-9 * length_BNK.max().Value()) + double.Epsilon)).mean([0]);
        float[] surface = fft.irfft2(phase_NK * band_NK, [rows, columns]).data<float>().ToArray();
        int atPeak = 0, atDip = 0;
        double squares = 0;
        for (int i = 0; i < surface.Length; i++)
        {
            squares += surface[i] * (double)surface[i];
            atPeak = surface[i] > surface[atPeak] ? i : atPeak;
            atDip = surface[i] < surface[atDip] ? i : atDip;
        }
        // The band-pass leaves a mean of 0.
        double deviation = Math.Sqrt(squares / surface.Length) + double.Epsilon;
        return (surface[atPeak] / deviation, -surface[atDip] / deviation, atPeak, atDip);
    }

    private static Tensor Reduced(Tensor x_BHW, int factor)
    {
        using var scope = NewDisposeScope();
        Tensor small_BHW = SeparableWindows.HighPass(SeparableWindows.Reduce(x_BHW, factor, Math.Max(1, 0.6 * factor)), ShadingSigma);
        return (small_BHW * Taper(small_BHW.shape[1]).unsqueeze(1) * Taper(small_BHW.shape[2])).MoveToOuterDisposeScope();
    }

    /// <summary>Falls to 0 over a tenth of the length at each end, as borders would match borders otherwise.</summary>
    private static Tensor Taper(long length) => tensor(Enumerable.Range(0, (int)length)
        .Select(i => (float)Math.Min(1, (Math.Min(i, length - 1 - i) + 0.5) / (0.1 * length))).ToArray());

    private static Tensor Band(int rows, int columns)
    {
        int half = (columns / 2) + 1;
        float[] band = new float[rows * half];
        for (int i = 0; i < band.Length; i++)
        {
            double fy = Signed(i / half, rows) / (double)rows, fx = i % half / (double)columns, square = (fy * fy) + (fx * fx);
            band[i] = (float)(Math.Exp(-square / (2 * BandHigh * BandHigh)) * (1 - Math.Exp(-square / (2 * BandLow * BandLow))));
        }
        return tensor(band, [rows, half]);
    }

    /// <summary>A length that allows shifts of half an image and has a fast transform.</summary>
    private static int Padded(long a, long b)
    {
        int length = (int)(1.5 * Math.Max(a, b)) + 1;
        while (!IsSmooth(length))
        {
            length++;
        }
        return length;
    }

    private static bool IsSmooth(int number)
    {
        foreach (int factor in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (number % factor == 0)
            {
                number /= factor;
            }
        }
        return number == 1;
    }

    private static int Signed(int index, int length) => index > length / 2 ? index - length : index;

    /// <summary>The same map for pixels <paramref name="factor"/> times smaller.</summary>
    private static AffineMap Enlarged(AffineMap map, int factor)
    {
        (double y, double x) = map.At((0.5 / factor) - 0.5, (0.5 / factor) - 0.5);
        return map with { Y = ((y + 0.5) * factor) - 0.5, X = ((x + 0.5) * factor) - 0.5 };
    }
}
