namespace SrBatch.Core.Intensities;

/// <summary>Intensities that are 0 and 1 in the network's eyes. The network's output is brought back by the same numbers, so that outputs keep the input's units.</summary>
public readonly record struct IntensityRange(float Low, float High)
{
    /// <summary>Never 0: a constant image stays constant.</summary>
    public float Span => High > Low ? High - Low : 1f;

    /// <summary>Brings <see cref="Low"/> to 0 and <see cref="High"/> to 1. What is not finite becomes 0: a dead pixel must not blacken all that the network sees around it.</summary>
    /// <param name="source">Intensities.</param>
    /// <param name="destination">As many values; may be the source itself.</param>
    public void Normalise(ReadOnlySpan<float> source, Span<float> destination)
    {
        float low = Low, factor = 1f / Span;
        for (int i = 0; i < source.Length; i++)
        {
            float value = (source[i] - low) * factor;
            destination[i] = float.IsFinite(value) ? value : 0;
        }
    }

    /// <summary>The reverse of <see cref="Normalise"/> for what the network returns.</summary>
    public void Restore(ReadOnlySpan<float> source, Span<float> destination)
    {
        float low = Low, span = Span;
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (source[i] * span) + low;
        }
    }
}
