using SrBatch.Core.Tiling;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Scoring;

/// <summary>
/// A plane's pixels as scores see them. Pixels that are not finite in input, output or target are ignored: scores that compare pixel by
/// pixel leave them out, scores that look at neighbourhoods see them filled in from their surroundings, in all planes.
/// </summary>
internal sealed class ScoredPixels
{
    private readonly Lazy<float[]>? _magnified;

    /// <param name="plane">As read.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="hasMissing">Whether any value is not finite.</param>
    public ScoredPixels(PlanePixels plane, int scale, bool hasMissing)
    {
        (int height, int width, int rows, int columns) = (plane.Height, plane.Width, plane.Height * scale, plane.Width * scale);
        HasMissing = hasMissing;
        Part = PlanePart.Middle(height, width, PlaneScorer.MostSide / scale);
        bool[]? missing = hasMissing ? Missing(plane, scale) : null;
        if (plane.Input is not null)
        {
            Input = hasMissing ? MissingPixels.Filled(plane.Input, MissingPixels.In(plane.Input), height, width) : plane.Input;
            _magnified = new Lazy<float[]>(() =>
                MissingPixels.Filled(Upsampling.Bicubic(Input, height, width, scale), missing, rows, columns));
        }
        Output = MissingPixels.Filled(plane.Output, missing, rows, columns);
        Target = plane.Target is null ? null : new TargetPlane(plane.Target, rows, columns, missing);
    }

    /// <summary>Whether any value of the plane is not finite.</summary>
    public bool HasMissing { get; }

    /// <summary>The part that scores without a target look at, input pixels.</summary>
    public PlanePart Part { get; }

    /// <summary>Null: there is none.</summary>
    public float[]? Input { get; }

    /// <summary>The input, upsampled bicubically to the output's size.</summary>
    public float[]? Magnified => _magnified?.Value;

    public float[] Output { get; }

    /// <summary>Null: there is none.</summary>
    public TargetPlane? Target { get; }

    /// <returns>For each output pixel, whether it is missing in output or target, or stems from a missing input pixel.</returns>
    private static bool[] Missing(PlanePixels plane, int scale)
    {
        bool[] missing = (plane.Target is null ? MissingPixels.In(plane.Output) : MissingPixels.In(plane.Output, plane.Target))
            ?? new bool[plane.Output.Length];
        if (plane.Input is not null && MissingPixels.In(plane.Input) is { } ofInput)
        {
            int columns = plane.Width * scale;
            for (int i = 0; i < missing.Length; i++)
            {
                missing[i] |= ofInput[(i / columns / scale * plane.Width) + (i % columns / scale)];
            }
        }
        return missing;
    }
}
