namespace SrBatch.Torch.Metrics;

/// <summary>
/// An output and the input that it was made from, as scores without a target see them, and what several of these scores need; each part is
/// computed when the first score asks for it. All values are finite.
/// </summary>
public sealed class MetricPlane : IDisposable
{
    /// <summary>Shortest side of an output whose resolution is measured, pixels: smaller ones have too few frequencies.</summary>
    private const int LeastSide = 32;

    private readonly float[]? _reference;
    private PlaneSpectrum? _spectrum;
    private Squirrel? _squirrel;

    /// <param name="output">height x width values, row-major.</param>
    /// <param name="reference">As many: the input, magnified to the output's size; null: there is no input.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    public MetricPlane(float[] output, float[]? reference, int height, int width, int scale)
    {
        (Output, _reference, Height, Width, Scale) = (output, reference, height, width, scale);
        HasOutput = !PlaneValues.Of(output).IsConstant;
    }

    public float[] Output { get; }
    public int Height { get; }
    public int Width { get; }

    /// <summary>Output pixels per input pixel.</summary>
    public int Scale { get; }

    /// <summary>Height / scale x width / scale values of the input; null: there is none, or it is constant.</summary>
    public float[]? Input { get; init; }

    /// <summary>Size of an output pixel, micrometres; null: not known.</summary>
    public double? PixelSizeUm { get; init; }

    /// <summary>Whether the output shows anything: it is not constant.</summary>
    public bool HasOutput { get; }

    /// <summary>Of the output, its borders dimmed.</summary>
    internal PlaneSpectrum Spectrum => _spectrum ??= PlaneSpectrum.Of(Output, Height, Width);

    /// <summary>Null when input or output shows nothing.</summary>
    public Squirrel? Squirrel => HasOutput && Input is not null && _reference is not null
        ? _squirrel ??= Squirrel.Of(Output, Spectrum, _reference, Height, Width, Scale)
        : null;

    /// <param name="pixels">Finds the output's resolution in pixels; called only if it can be measured.</param>
    /// <returns>Micrometres.</returns>
    internal double? ResolutionUm(Func<double?> pixels) =>
        HasOutput && PixelSizeUm is { } pixelUm && Math.Min(Height, Width) >= LeastSide ? pixels() * pixelUm : null;

    public void Dispose() => _spectrum?.Dispose();
}
