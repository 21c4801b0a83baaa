using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;

namespace SrBatch.Pipelines.Scoring;

/// <summary>The pixels of a plane, or of a part of it, from which its scores are computed.</summary>
internal sealed record PlanePixels
{
    /// <summary>Type of the input's values on disk.</summary>
    public ElementType InputType { get; init; } = ElementType.Float32;

    /// <summary>Type of the target's values on disk.</summary>
    public ElementType TargetType { get; init; } = ElementType.Float32;

    /// <summary>Rows of the input.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int Width { get; init; }

    /// <summary>Height x width values, row-major; null: scores that need the input are null.</summary>
    public float[]? Input { get; init; }

    /// <summary>What was made of the input, scale times as long and as wide.</summary>
    public required float[] Output { get; init; }

    /// <summary>As many values as the output; null: there is no target.</summary>
    public float[]? Target { get; init; }

    /// <summary>Standard deviation of several outputs, as many values; null: there is one output.</summary>
    public float[]? Deviation { get; init; }

    /// <param name="part">Of the input.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <returns>That part of all pixels.</returns>
    public PlanePixels Cut(PlanePart part, int scale)
    {
        PlanePart shown = part.Enlarged(scale);
        return this with
        {
            Height = part.Rows,
            Width = part.Columns,
            Input = Input is null ? null : part.Cut(Input, Width),
            Output = shown.Cut(Output, Width * scale),
            Target = Target is null ? null : shown.Cut(Target, Width * scale),
            Deviation = Deviation is null ? null : shown.Cut(Deviation, Width * scale),
        };
    }
}
