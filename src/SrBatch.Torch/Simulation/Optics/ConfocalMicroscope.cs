namespace SrBatch.Torch.Simulation.Optics;

/// <summary>
/// Scanned point excitation with detection through a pinhole: h(r) = h_excitation(r) (h_emission convolved with the pinhole)(r). Both are
/// defocused for layers out of focus, so that these fade as in a confocal. With <see cref="Saturation"/> above 0, a STED microscope: h(r)
/// exp(-4 ln 2 S r^2 / d0^2), d0 = wavelength / (2 NA). For a Gaussian h of width d0, the result has Hell's width d0 / sqrt(1 + S).
/// </summary>
internal sealed record ConfocalMicroscope : Microscope
{
    private const double WidestUm = 4;
    private const int Radii = 400;
    private const int PupilSamples = 300;
    private const int TransferSamples = 512;

    public required double ExcitationUm { get; init; }

    /// <summary>Pinhole diameter, Airy units of the emission (1.22 wavelength / NA).</summary>
    public double PinholeAiryUnits { get; init; } = 1;

    /// <summary>Depletion intensity over saturation intensity, I / Is; 0 for a plain confocal.</summary>
    public double Saturation { get; init; }

    private double SpotWidth => EmissionUm / (2 * NumericalAperture);

    /// <summary>
    /// Distance of radii. The spot ends after <see cref="Radii"/> steps: at three depleted widths (1e-11 of the centre), or at the
    /// largest radius of a defocused confocal spot.
    /// </summary>
    private double RadiusStepUm => (Saturation > 0 ? Math.Min(WidestUm, 3 * SpotWidth / Math.Sqrt(Saturation)) : WidestUm) / Radii;

    public override RadialTransfer Transfer(double depthUm, double upTo)
    {
        var inFocus = PointSpread(0);
        var unit = Diffraction.Hankel(inFocus, RadiusStepUm, 0);
        var spread = depthUm == 0 ? inFocus : PointSpread(depthUm);
        // The band of a product of two spots is the sum of their bands. The depletion's Gaussian has no limit, so it is computed up to
        // the grid's.
        var highest = Saturation > 0 ? upTo : Math.Min(upTo, EmissionCutoff + 2 * NumericalAperture / ExcitationUm);
        return RadialTransfer.Tabulate(highest, f => Diffraction.Hankel(spread, RadiusStepUm, f) / unit, TransferSamples);
    }

    private double[] PointSpread(double depthUm)
    {
        var cone = ConeRadius(depthUm);
        var pinholeRadius = PinholeAiryUnits * 0.61 * EmissionUm / NumericalAperture;
        var excitationCutoff = 2 * NumericalAperture / ExcitationUm;
        var excitation = Sample(excitationCutoff, f => Diffraction.CircularPupil(f, excitationCutoff) * Diffraction.Disc(f, cone));
        var detection = Sample(EmissionCutoff, f =>
            Diffraction.CircularPupil(f, EmissionCutoff) * Diffraction.Disc(f, cone) * Diffraction.Disc(f, pinholeRadius));
        var step = RadiusStepUm;
        var spread = new double[Radii];
        Parallel.For(0, Radii, i =>
        {
            var r = i * step;
            var depletion = Math.Exp(-4 * Math.Log(2) * Saturation * r * r / (SpotWidth * SpotWidth));
            spread[i] = depletion
                * Diffraction.Hankel(excitation, excitationCutoff / PupilSamples, r)
                * Diffraction.Hankel(detection, EmissionCutoff / PupilSamples, r);
        });
        return spread;
    }

    private static double[] Sample(double cutoff, Func<double, double> transfer) =>
        [.. Enumerable.Range(0, PupilSamples).Select(i => transfer(i * cutoff / PupilSamples))];
}
