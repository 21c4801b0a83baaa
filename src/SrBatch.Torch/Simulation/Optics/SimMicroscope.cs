namespace SrBatch.Torch.Simulation.Optics;

/// <summary>
/// TIRF structured illumination after reconstruction (Gustafsson 2000). A pattern at the cutoff frequency doubles the support of the TIRF
/// transfer function. The result is averaged over pattern directions, flattened by a Wiener filter, and apodised with the transfer
/// function of a pupil of twice the aperture.
/// </summary>
internal sealed record SimMicroscope : Microscope
{
    private const int Directions = 64;

    /// <summary>Squared strength of a first-order band relative to the zeroth: each has half the modulation.</summary>
    private const double BandPower = 0.25;

    public required double PenetrationUm { get; init; }

    /// <summary>Wiener parameter: ratio of noise to signal power at which the reconstruction stops amplifying.</summary>
    public double Wiener { get; init; } = 0.005;

    public override RadialTransfer Transfer(double depthUm, double upTo)
    {
        var cutoff = EmissionCutoff;
        var brightness = Math.Exp(-depthUm / PenetrationUm);
        return RadialTransfer.Tabulate(2 * cutoff, f =>
        {
            var power = Collected(f, cutoff);
            double apodised = brightness * Diffraction.Disc(f, ConeRadius(depthUm)) * Diffraction.CircularPupil(f, 2 * cutoff);
            return apodised * power * (1 + Wiener) / (power + Wiener);
        });
    }

    /// <summary>Sum over the bands of their squared transfer at a frequency; 1 at frequency 0.</summary>
    private static double Collected(double frequency, double cutoff)
    {
        var zeroth = Diffraction.CircularPupil(frequency, cutoff);
        var sum = zeroth * zeroth;
        for (var i = 0; i < Directions; i++)
        {
            var angle = 2 * Math.PI * (i + 0.5) / Directions;
            var shifted = Math.Sqrt(frequency * frequency + cutoff * cutoff - 2 * frequency * cutoff * Math.Cos(angle));
            var band = Diffraction.CircularPupil(shifted, cutoff);
            sum += 2 * BandPower * band * band / Directions;
        }
        return sum;
    }
}
