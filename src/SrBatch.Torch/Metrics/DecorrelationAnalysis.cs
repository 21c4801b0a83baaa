namespace SrBatch.Torch.Metrics;

/// <summary>
/// Resolution of a single image by decorrelation (Descloux et al. 2019, doi 10.1038/s41592-019-0515-7): the highest frequency r at which
/// d(r) has a peak, over images from which more and more of the low frequencies are filtered out. d(r) is the correlation of the image's
/// spectrum with its own phases within radius r: sum Re(F* F/|F|) / sqrt(sum |F|^2 N(r)). Reference implementation: Ades91/ImDecorr
/// (getDcorr), which transforms each filtered image again. Filters and radii are round, so here both act on sums over rings and one
/// transform is enough; radii are 0.2 % of the Nyquist frequency apart, where ImDecorr has 2 %, refined to 0.7 % near a peak.
/// </summary>
public static class DecorrelationAnalysis
{
    private const int Radii = 501, Filters = 10;

    /// <summary>Fine enough for any radius: a thousandth of the Nyquist frequency and less.</summary>
    private const int Rings = 4096;

    /// <summary>Standard deviation of the Gaussian of the mildest high-pass filter, pixels.</summary>
    private const double LeastSigma = 0.14;

    /// <summary>A peak must exceed the lowest point after it by this.</summary>
    private const double LeastDrop = 0.001;

    /// <summary>A peak must be as high as this to count.</summary>
    private const double LeastPeak = 0.05;

    /// <param name="plane">height x width values, row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>Pixels, at least 2; null when no curve has a peak.</returns>
    public static double? Resolution(ReadOnlySpan<float> plane, int height, int width)
    {
        using var spectrum = PlaneSpectrum.Of(plane, height, width);
        return Resolution(spectrum);
    }

    /// <inheritdoc cref="Resolution(ReadOnlySpan{float}, int, int)"/>
    /// <param name="spectrum">Of the plane, its borders dimmed.</param>
    public static double? Resolution(PlaneSpectrum spectrum)
    {
        (int height, int width) = (spectrum.Height, spectrum.Width);
        RingSums sums = RingSums.Of(spectrum, null, Rings);
        List<(double Radius, double Height)> peaks = [Peak(sums, 0)];
        double sigma = peaks[0].Radius > 0 ? 2 / peaks[0].Radius : Math.Max(height, width) / 2.0;
        double[] sigmas = GeometricallySpaced(sigma, LeastSigma, Filters);
        (double Radius, double Height)[] coarse = [.. sigmas.Select(width => Peak(sums, width))];
        peaks.AddRange(coarse);
        // Finer, around the filters that did best.
        int best = Enumerable.Range(0, Filters).MaxBy(i => coarse[i].Radius * coarse[i].Height);
        int furthest = Enumerable.Range(0, Filters).MaxBy(i => coarse[i].Radius);
        int low = Math.Min(best, furthest), high = Math.Min(Math.Max(best, furthest), Filters - 2);
        if (low == 0)
        {
            high = 0;
        }
        peaks.AddRange(GeometricallySpaced(sigmas[Math.Min(low, high)], sigmas[high + 1], Filters).Select(width => Peak(sums, width)));
        double cutOff = peaks.Max(peak => peak.Radius);
        return cutOff > 0 ? 2 / cutOff : null;
    }

    /// <summary>
    /// Highest peak of d(r) for the image minus its Gaussian blur; for the image itself if sigma is 0. Both values are 0 if there is no
    /// peak.
    /// </summary>
    private static (double Radius, double Height) Peak(RingSums sums, double sigma)
    {
        double[] curve = Curve(sums, sigma), rest = [.. curve];
        double[] least = [.. curve];
        for (int i = curve.Length - 2; i >= 0; i--)
        {
            least[i] = Math.Min(curve[i], least[i + 1]);
        }
        int last = curve.Length - 1, top = IndexOfMax(rest, last);
        // A maximum at the end is no peak: the curve is shortened until one stands out of all that follows.
        while (top == last)
        {
            if (--last < 0)
            {
                return (0, 0);
            }
            top = IndexOfMax(rest, last);
            if (rest[top] - least[top] > LeastDrop)
            {
                break;
            }
            (rest[top], top) = (least[top], last);
        }
        return rest[top] < LeastPeak ? (0, 0) : ((double)top / (Radii - 1), rest[top]);
    }

    /// <returns>d at radii from 0 to the Nyquist frequency.</returns>
    private static double[] Curve(RingSums sums, double sigma)
    {
        double power = 0, within = 0, count = 0;
        double[] pass =
        [
            .. Enumerable.Range(0, Rings + 1).Select(ring => sigma > 0 ? 1 - Math.Exp(-Squared(Math.PI * sigma * ring / Rings) / 2) : 1),
        ];
        for (int ring = 0; ring <= Rings; ring++)
        {
            power += pass[ring] * pass[ring] * sums.PowerA[ring];
        }
        double[] curve = new double[Radii];
        for (int k = 0, ring = 0; k < Radii; k++)
        {
            for (; ring < (double)k * Rings / (Radii - 1); ring++)
            {
                within += pass[ring] * sums.Cross[ring];
                count += sums.PowerB[ring];
            }
            curve[k] = power > 0 && count > 0 ? within / Math.Sqrt(power * count) : 0;
        }
        return curve;
    }

    /// <returns>The first of equals among 0 to <paramref name="last"/>.</returns>
    private static int IndexOfMax(double[] values, int last)
    {
        int top = 0;
        for (int i = 1; i <= last; i++)
        {
            top = values[i] > values[top] ? i : top;
        }
        return top;
    }

    private static double[] GeometricallySpaced(double from, double to, int count) =>
        [.. Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)))];

    private static double Squared(double value) => value * value;
}
