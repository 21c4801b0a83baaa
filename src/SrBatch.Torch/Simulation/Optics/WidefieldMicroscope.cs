namespace SrBatch.Torch.Simulation.Optics;

/// <summary>
/// Camera image of an evenly illuminated sample, or, with a penetration depth, of one illuminated by an evanescent wave (TIRF).
/// </summary>
internal sealed record WidefieldMicroscope : Microscope
{
    /// <summary>1/e depth of the evanescent wave; infinite for ordinary widefield.</summary>
    public double PenetrationUm { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Diffraction times geometric defocus. It is exact in both limits of Stokseth's approximation (1969): in focus and far out of focus.
    /// </summary>
    public override RadialTransfer Transfer(double depthUm, double upTo)
    {
        var brightness = Math.Exp(-depthUm / PenetrationUm);
        return RadialTransfer.Tabulate(EmissionCutoff, f =>
            brightness * Diffraction.CircularPupil(f, EmissionCutoff) * Diffraction.Disc(f, ConeRadius(depthUm)));
    }
}
