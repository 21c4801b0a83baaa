namespace SrBatch.Torch.Simulation.Optics;

/// <summary>A microscope, by the transfer function of each layer of the sample. Wavelengths and lengths in micrometres.</summary>
internal abstract record Microscope
{
    public required double NumericalAperture { get; init; }
    public required double RefractiveIndex { get; init; }
    public required double EmissionUm { get; init; }

    /// <summary>Highest frequency in an in-focus widefield image of this objective, cycles per micrometre.</summary>
    public double EmissionCutoff => 2 * NumericalAperture / EmissionUm;

    /// <summary>Transfer function of a layer; 1 at frequency 0 for the layer in focus. Other layers are relative to it.</summary>
    /// <param name="depthUm">Distance of the layer from the focal plane, at least 0.</param>
    /// <param name="upTo">Highest frequency needed, cycles per micrometre.</param>
    public abstract RadialTransfer Transfer(double depthUm, double upTo);

    /// <summary>Radius of the geometric light cone at a distance from the focus; NA = n sin(alpha), radius = depth tan(alpha).</summary>
    protected double ConeRadius(double depthUm)
    {
        var sine = NumericalAperture / RefractiveIndex;
        return depthUm * sine / Math.Sqrt(1 - sine * sine);
    }
}
