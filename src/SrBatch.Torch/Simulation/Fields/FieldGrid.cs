namespace SrBatch.Torch.Simulation.Fields;

/// <summary>
/// The square grid on which one pair is computed: the field of view and a margin, with a sample distance of half a high pixel. The
/// centres of high pixels, and of low pixels 1, 2 or 4 times as large, are samples, so both images are read from one grid without
/// interpolation and are registered exactly. The origin of positions is the field's upper left corner, at sample (<see
/// cref="MarginSamples"/>, <see cref="MarginSamples"/>).
/// </summary>
/// <param name="HighPx">Side of the high image, pixels.</param>
/// <param name="HighPixelUm">Size of a high pixel, micrometres.</param>
internal sealed record FieldGrid(int HighPx, double HighPixelUm)
{
    public const int SamplesPerHighPixel = 2;

    /// <summary>
    /// Width of the margin, high pixels. The grid is periodic; the margin is wider than each point-spread function and defocus disc, so
    /// light from the opposite border does not reach the field.
    /// </summary>
    private const int MarginPx = 64;

    public double SampleUm => HighPixelUm / SamplesPerHighPixel;
    public const int MarginSamples = MarginPx * SamplesPerHighPixel;

    /// <summary>
    /// Samples along a side: field, both margins, and padding to a product of 2, 3 and 5, for which the Fourier transform is fast.
    /// </summary>
    public int Size { get; } = NextSmooth((HighPx + 2 * MarginPx) * SamplesPerHighPixel);

    /// <summary>Side of the field of view, micrometres.</summary>
    public double FieldUm => HighPx * HighPixelUm;

    /// <summary>Highest frequency of the grid, along its diagonal, cycles per micrometre.</summary>
    public double HighestFrequency => Math.Sqrt(0.5) / SampleUm;

    /// <summary>First and last position that can be drawn, micrometres: the field and its margins.</summary>
    public double FirstUm => -MarginSamples * SampleUm;

    public double LastUm => (Size - MarginSamples) * SampleUm;

    private static int NextSmooth(int atLeast)
    {
        var candidate = atLeast + atLeast % 2;
        while (!IsSmooth(candidate))
        {
            candidate += 2;
        }
        return candidate;
    }

    private static bool IsSmooth(int number)
    {
        foreach (var factor in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (number % factor == 0)
            {
                number /= factor;
            }
        }
        return number == 1;
    }
}
