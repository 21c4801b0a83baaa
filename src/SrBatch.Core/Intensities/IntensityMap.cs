namespace SrBatch.Core.Intensities;

/// <summary>From an image's intensities to what a network sees of one image, and from what it returns to the output's intensities.</summary>
/// <param name="Input">Intensities that become 0 and 1.</param>
/// <param name="Least">What is then below becomes this.</param>
/// <param name="Most">What is then above becomes this.</param>
/// <param name="Output">What 0 and 1 become in the end.</param>
public readonly record struct IntensityMap(IntensityRange Input, float Least, float Most, IntensityRange Output)
{
    /// <summary>The output comes back in the input's units.</summary>
    public static IntensityMap Of(IntensityRange range) => new(range, float.NegativeInfinity, float.PositiveInfinity, range);

    /// <summary>Brings pixels to what the network sees, in place.</summary>
    public void Normalise(Span<float> pixels)
    {
        Input.Normalise(pixels, pixels);
        if (float.IsFinite(Least) || float.IsFinite(Most))
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = Math.Clamp(pixels[i], Least, Most);
            }
        }
    }
}
