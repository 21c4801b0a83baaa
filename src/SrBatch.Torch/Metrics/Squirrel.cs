using SrBatch.Core.Intensities;
using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// How well an enhanced image explains the image it was made from (SQUIRREL; Culley et al. 2018, doi 10.1038/nmeth.4605). The output,
/// blurred by the Gaussian and scaled by the line with which it comes nearest to the reference, should be the reference. Reference
/// implementation: NanoPyx (error_map). Difference: the Gaussian's sigma is searched between 0 and 6.8 input pixels (a full width at half
/// maximum of 16) on sums over rings in Fourier space; for small planes, which consist largely of border, then in the plane itself.
/// </summary>
public sealed class Squirrel
{
    /// <summary>
    /// Largest standard deviation of the resolution scaling function, input pixels: the output may be sharper by this at most.
    /// </summary>
    private const double MostSigma = 6.8;

    private const int Rings = 1024, Steps = 64;

    /// <summary>Number of pixels above which borders count for less than a thousandth of the error.</summary>
    private const long SmallPlane = 512 * 512;

    /// <summary>How far from the first sigma the refined one is searched, as a share of it.</summary>
    private const double Nearby = 0.06;

    private readonly float[] _reference;
    private readonly int _width;

    private Squirrel(float[] blurred, float[] reference, int width, double sigma, LinearFit fit)
    {
        (Blurred, _reference, _width, SigmaPx, Rsp) = (blurred, reference, width, sigma, fit.Correlation());
        (Slope, Offset) = fit.Line();
        double squares = 0;
        for (int i = 0; i < blurred.Length; i++)
        {
            double error = Error(i);
            squares += error * error;
        }
        Rse = Math.Sqrt(squares / blurred.Length);
    }

    /// <summary>The output, blurred by the Gaussian.</summary>
    internal float[] Blurred { get; }

    /// <summary>Standard deviation of the Gaussian, output pixels.</summary>
    public double SigmaPx { get; }

    /// <summary>Alpha: reference intensity per output intensity.</summary>
    public double Slope { get; }

    /// <summary>Beta, in the reference's units.</summary>
    public double Offset { get; }

    /// <summary>
    /// Resolution-scaled Pearson correlation of the blurred output and the reference, -1 to 1; null when either is constant.
    /// </summary>
    public double? Rsp { get; }

    /// <summary>Resolution-scaled error: root mean square of alpha blurred + beta - reference, in the reference's units.</summary>
    public double Rse { get; }

    /// <param name="output">height x width finite values, row-major.</param>
    /// <param name="reference">As many: the input, magnified to the output's size.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    public static Squirrel Of(float[] output, float[] reference, int height, int width, int scale)
    {
        using var spectrum = PlaneSpectrum.Of(output, height, width);
        return Of(output, spectrum, reference, height, width, scale);
    }

    /// <inheritdoc cref="Of(float[], float[], int, int, int)"/>
    /// <param name="output">height x width finite values, row-major.</param>
    /// <param name="spectrum">Of the output, its borders dimmed.</param>
    public static Squirrel Of(float[] output, PlaneSpectrum spectrum, float[] reference, int height, int width, int scale)
    {
        double sigma = SigmaInFourierSpace(spectrum, reference, MostSigma * scale);
        if ((long)height * width < SmallPlane)
        {
            // In the plane, mirrored beyond its borders: the vertex of the parabola through three errors.
            double below = 1 - Likeness(sigma * (1 - Nearby)), here = 1 - Likeness(sigma), above = 1 - Likeness(sigma * (1 + Nearby));
            double bend = below - (2 * here) + above;
            sigma *= 1 + (bend > 0 ? Math.Clamp((below - above) / (2 * bend), -1, 1) * Nearby : 0);
        }
        (float[] blurred, LinearFit fit) = Blur(output, reference, height, width, sigma);
        return new Squirrel(blurred, reference, width, sigma, fit);

        double Likeness(double nearby) => Math.Pow(Blur(output, reference, height, width, nearby).Fit.Correlation() ?? 0, 2);
    }

    /// <returns>|alpha blurred + beta - reference| of each pixel, row-major, in the reference's units.</returns>
    public float[] ErrorMap()
    {
        float[] map = new float[Blurred.Length];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (float)Math.Abs(Error(i));
        }
        return map;
    }

    /// <returns>Where the error is larger than is ordinary at that brightness; null for planes that are too small.</returns>
    public Contradiction? Contradiction() =>
        Metrics.Contradiction.Of(Blurred, (Slope, Offset), _reference, Blurred.Length / _width, _width, SigmaPx);

    private static (float[] Plane, LinearFit Fit) Blur(float[] output, float[] reference, int height, int width, double sigma)
    {
        float[] blurred = new GaussianFilter(sigma).Apply(output, height, width);
        var fit = new LinearFit();
        for (int i = 0; i < blurred.Length; i++)
        {
            fit.Add(blurred[i], reference[i]);
        }
        return (blurred, fit);
    }

    private double Error(int pixel) => (Slope * Blurred[pixel]) + Offset - _reference[pixel];

    /// <summary>
    /// With the best line, the error is least where the squared correlation is highest. A Gaussian is round: the correlation of the blurred
    /// output follows for any sigma from sums over rings of both spectra. Borders are dimmed, because the transform continues a plane from
    /// its opposite side.
    /// </summary>
    private static double SigmaInFourierSpace(PlaneSpectrum output, float[] reference, double most)
    {
        using var of = PlaneSpectrum.Of(reference, output.Height, output.Width);
        RingSums sums = RingSums.Of(output, of, Rings);
        int best = 0;
        double[] likeness = [.. Enumerable.Range(0, Steps + 1).Select(step => Likeness(sums, most * step / Steps))];
        for (int step = 1; step <= Steps; step++)
        {
            best = likeness[step] > likeness[best] ? step : best;
        }
        // There is one maximum between the neighbours: thirds of the interval narrow it down to a ten thousandth of a step.
        double low = most * Math.Max(0, best - 1) / Steps, high = most * Math.Min(Steps, best + 1) / Steps;
        while (high - low > 1e-4 * most / Steps)
        {
            double third = (high - low) / 3;
            (low, high) = Likeness(sums, low + third) < Likeness(sums, high - third) ? (low + third, high) : (low, high - third);
        }
        return (low + high) / 2;
    }

    /// <summary>Squared correlation of the blurred output and the reference, up to a factor that does not depend on sigma.</summary>
    private static double Likeness(RingSums sums, double sigma)
    {
        double cross = 0, power = 0;
        for (int ring = 0; ring < sums.Cross.Length; ring++)
        {
            if (sums.PowerA[ring] == 0)
            {
                continue; // most rings of a small plane
            }
            double angular = Math.PI * ring / Rings, transfer = Math.Exp(-sigma * sigma * angular * angular / 2);
            cross += transfer * sums.Cross[ring];
            power += transfer * transfer * sums.PowerA[ring];
        }
        return power > 0 ? cross * cross / power : 0;
    }
}
