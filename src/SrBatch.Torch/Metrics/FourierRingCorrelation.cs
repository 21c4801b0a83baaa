namespace SrBatch.Torch.Metrics;

/// <summary>
/// Resolution as the finest detail in which two images agree: where FRC(i) = Re sum F1 F2* / sqrt(sum |F1|^2 sum |F2|^2) over ring i, one
/// frequency wide, falls below 1/7 (Nieuwenhuizen et al. 2013; Koho et al. 2019, doi 10.1038/s41467-019-11024-z). Reference implementation:
/// miplib (fourier_ring_correlation). Differences: the correlation keeps its sign, rings lie around their centres, the first crossing
/// counts that the next ring confirms, and planes that are not square are not padded with zeros.
/// </summary>
public static class FourierRingCorrelation
{
    private const double Threshold = 1.0 / 7;

    /// <summary>Innermost rings, which have a dozen frequencies each: noise exceeds the threshold there by chance.</summary>
    private const int FewestRings = 3;

    /// <summary>Resolution from two images of one scene with independent noise.</summary>
    /// <param name="first">height x width values, row-major.</param>
    /// <param name="second">As many.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>Pixels, at least 2; null when the correlation never falls below 1/7, or never is above it.</returns>
    public static double? Resolution(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int height, int width)
    {
        double[] rows = SpectralWindow.Hamming(height), columns = SpectralWindow.Hamming(width);
        return 2 / Crossing(Curve(PlaneSpectrum.Of(first, rows, columns), PlaneSpectrum.Of(second, rows, columns)));
    }

    /// <summary>
    /// Resolution from one image, whose pixels are split into two images as on a checkerboard, in both ways; the mean of both curves
    /// counts. The halves lie half a pixel apart and see only half of the frequencies: the crossing x, 0 to 1, is corrected by the factor
    /// 0.95988146 exp(13.90441896 (x - 0.97979108)) + 0.55146136 that Koho et al. fitted to measured images.
    /// </summary>
    /// <inheritdoc cref="Resolution"/>
    /// <param name="plane">height x width values, row-major.</param>
    public static double? ResolutionOfOne(ReadOnlySpan<float> plane, int height, int width) =>
        CrossingOfOne(plane, height, width) is { } x
            ? 2 / x / ((0.95988146 * Math.Exp(13.90441896 * (x - 0.97979108))) + 0.55146136)
            : null;

    /// <returns>Share of the Nyquist frequency of the halves, which is half of the plane's.</returns>
    internal static double? CrossingOfOne(ReadOnlySpan<float> plane, int height, int width)
    {
        double[] one = Curve(Quarter(plane, height, width, 1, 1), Quarter(plane, height, width, 0, 0));
        double[] other = Curve(Quarter(plane, height, width, 1, 0), Quarter(plane, height, width, 0, 1));
        return Crossing([.. one.Zip(other, (a, b) => (a + b) / 2)]);
    }

    /// <summary>
    /// Every second pixel of every second row, beginning at the given row and column; a last row or column without a partner is left out.
    /// </summary>
    private static PlaneSpectrum Quarter(ReadOnlySpan<float> plane, int height, int width, int firstRow, int firstColumn)
    {
        int rows = height / 2, columns = width / 2;
        float[] quarter = new float[rows * columns];
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<float> row = plane.Slice(((2 * y) + firstRow) * width, width);
            for (int x = 0; x < columns; x++)
            {
                quarter[(y * columns) + x] = row[(2 * x) + firstColumn];
            }
        }
        double[] down = SpectralWindow.Hamming(2 * rows), along = SpectralWindow.Hamming(2 * columns);
        return PlaneSpectrum.Of(
            quarter,
            [.. Enumerable.Range(0, rows).Select(y => down[(2 * y) + firstRow])],
            [.. Enumerable.Range(0, columns).Select(x => along[(2 * x) + firstColumn])]);
    }

    /// <summary>Disposes both.</summary>
    /// <returns>A value for each ring up to the Nyquist frequency; 0 where either has no power.</returns>
    private static double[] Curve(PlaneSpectrum first, PlaneSpectrum second)
    {
        using PlaneSpectrum a = first, b = second;
        int rings = Math.Max(first.Height, first.Width) / 2;
        RingSums sums = RingSums.Of(first, second, rings);
        return
        [
            .. Enumerable.Range(0, rings + 1).Select(i =>
                sums.PowerA[i] > 0 && sums.PowerB[i] > 0 ? sums.Cross[i] / Math.Sqrt(sums.PowerA[i] * sums.PowerB[i]) : 0),
        ];
    }

    /// <returns>
    /// Where the curve first falls below 1/7 and stays there for another ring, as a share of the Nyquist frequency; null if it does so at
    /// once, or never.
    /// </returns>
    private static double? Crossing(double[] curve)
    {
        int ring = 1;
        while (ring < curve.Length && (curve[ring] >= Threshold || (ring + 1 < curve.Length && curve[ring + 1] >= Threshold)))
        {
            ring++;
        }
        return ring <= FewestRings || ring == curve.Length
            ? null
            : (ring - ((Threshold - curve[ring]) / (curve[ring - 1] - curve[ring]))) / (curve.Length - 1);
    }
}
