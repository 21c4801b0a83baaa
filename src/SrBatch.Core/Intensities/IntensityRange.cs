namespace SrBatch.Core.Intensities;

/// <summary>
/// Intensities that become 0 and 1 for the network. The network's output is scaled back by the same numbers, so outputs have the input's
/// units.
/// </summary>
public readonly record struct IntensityRange(float Low, float High)
{
    /// <summary>High - Low, or 1 when that is not above 0, so that a constant image stays constant.</summary>
    public float Span => High > Low ? High - Low : 1f;

    /// <summary>
    /// Maps <see cref="Low"/> to 0 and <see cref="High"/> to 1. Values that are not finite become 0; otherwise one dead pixel would spoil
    /// the network's output all around it.
    /// </summary>
    /// <param name="source">Intensities.</param>
    /// <param name="destination">Same length as the source; may be the source itself.</param>
    public void Normalise(ReadOnlySpan<float> source, Span<float> destination)
    {
        float low = Low, factor = 1f / Span;
        for (int i = 0; i < source.Length; i++)
        {
            float value = (source[i] - low) * factor;
            destination[i] = float.IsFinite(value) ? value : 0;
        }
    }

    /// <summary>Reverses <see cref="Normalise"/> for the network's output.</summary>
    public void Restore(ReadOnlySpan<float> source, Span<float> destination)
    {
        float low = Low, span = Span;
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (source[i] * span) + low;
        }
    }
}
