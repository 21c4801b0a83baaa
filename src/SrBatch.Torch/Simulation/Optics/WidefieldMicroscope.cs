namespace SrBatch.Torch.Simulation.Optics;

/// <summary>Camera image of an evenly lit sample, or, with a penetration depth, of one lit by an evanescent wave (TIRF).</summary>
internal sealed record WidefieldMicroscope : Microscope
{
    /// <summary>1/e depth of the evanescent wave; infinite for ordinary widefield.</summary>
    public double PenetrationUm { get; init; } = double.PositiveInfinity;

    /// <summary>Diffraction times geometric defocus: Stokseth's form (1969) with its two limits kept, in focus and many waves out of it.</summary>
    public override RadialTransfer Transfer(double depthUm, double upTo)
    {
        var brightness = Math.Exp(-depthUm / PenetrationUm);
        return RadialTransfer.Tabulate(EmissionCutoff, f =>
            brightness * Diffraction.CircularPupil(f, EmissionCutoff) * Diffraction.Disc(f, ConeRadius(depthUm)));
    }
}
