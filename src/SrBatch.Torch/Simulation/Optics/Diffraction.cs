namespace SrBatch.Torch.Simulation.Optics;

/// <summary>Radially symmetric parts of transfer functions. Frequencies in cycles per micrometre, lengths in micrometres.</summary>
internal static class Diffraction
{
    /// <summary>
    /// Incoherent transfer function of a circular pupil in focus: (2/pi)(arccos v - v sqrt(1 - v^2)), v = f/cutoff (Goodman, Introduction
    /// to Fourier Optics, 6.3).
    /// </summary>
    /// <param name="cutoff">2 NA / wavelength.</param>
    /// <returns>1 at frequency 0, 0 from the cutoff on.</returns>
    public static double CircularPupil(double frequency, double cutoff)
    {
        var v = frequency / cutoff;
        return v >= 1 ? 0 : 2 / Math.PI * (Math.Acos(v) - v * Math.Sqrt(1 - v * v));
    }

    /// <summary>
    /// Transform of a uniform disc of unit area, 2 J1(2 pi f R) / (2 pi f R): the geometric blur of a defocused layer, and a pinhole.
    /// </summary>
    public static double Disc(double frequency, double radius)
    {
        var x = 2 * Math.PI * frequency * radius;
        return x < 1e-6 ? 1 : 2 * Bessel.J1(x) / x;
    }

    /// <summary>
    /// Two-dimensional Fourier transform of a radial function, itself radial: F(q) = 2 pi integral of f(p) J0(2 pi p q) p dp.
    /// </summary>
    /// <param name="samples">f at p = 0, step, 2 step, ...; 0 beyond the last.</param>
    public static double Hankel(ReadOnlySpan<double> samples, double step, double q)
    {
        // First correction of the trapezoid rule (Euler-Maclaurin), as the integrand starts at 0 with slope f(0). Without it, the result
        // has a false peak at the centre.
        var sum = samples[0] * step / 12;
        for (var i = 1; i < samples.Length; i++)
        {
            var p = i * step;
            sum += samples[i] * p * Bessel.J0(2 * Math.PI * p * q);
        }
        return 2 * Math.PI * step * sum;
    }
}
