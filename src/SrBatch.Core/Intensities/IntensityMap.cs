namespace SrBatch.Core.Intensities;

/// <summary>
/// Converts one image's intensities to the network's input values, and the network's output values to the output's intensities.
/// </summary>
/// <param name="Input">Image intensities that become 0 and 1 for the network.</param>
/// <param name="ClipLow">Lower network input values are set to this; may be negative infinity.</param>
/// <param name="ClipHigh">Higher network input values are set to this; may be positive infinity.</param>
/// <param name="Output">Output intensities that the network's 0 and 1 become.</param>
public readonly record struct IntensityMap(IntensityRange Input, float ClipLow, float ClipHigh, IntensityRange Output)
{
    /// <summary>A map whose output has the input's units.</summary>
    public static IntensityMap Of(IntensityRange range) => new(range, float.NegativeInfinity, float.PositiveInfinity, range);

    /// <summary>Converts pixels to the network's input values, in place.</summary>
    public void Normalise(Span<float> pixels)
    {
        Input.Normalise(pixels, pixels);
        if (float.IsFinite(ClipLow) || float.IsFinite(ClipHigh))
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = Math.Clamp(pixels[i], ClipLow, ClipHigh);
            }
        }
    }
}
