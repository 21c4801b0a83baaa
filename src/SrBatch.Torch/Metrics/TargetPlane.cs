namespace SrBatch.Torch.Metrics;

/// <summary>A target, and what all comparisons with it share.</summary>
public sealed class TargetPlane
{
    private readonly bool[]? _missing;
    private readonly Lazy<double?> _range;

    /// <param name="values">height x width values, row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="missing">Pixels that scores ignore; null: none.</param>
    public TargetPlane(float[] values, int height, int width, bool[]? missing)
    {
        (Values, Height, Width, _missing) = (MissingPixels.Filled(values, missing, height, width), height, width, missing);
        Present = MissingPixels.Without(values, missing);
        _range = new Lazy<double?>(() => PlaneFit.RangeOf(Present));
    }

    public int Height { get; }
    public int Width { get; }

    /// <summary>height x width values; missing ones are filled in.</summary>
    internal float[] Values { get; }

    /// <summary>The values that are not missing.</summary>
    internal float[] Present { get; }

    /// <inheritdoc cref="PlaneFit.RangeOf"/>
    internal double? Range => _range.Value;

    /// <summary>The same pixels of a prediction as <see cref="Present"/>.</summary>
    internal float[] PresentOf(float[] prediction) => MissingPixels.Without(prediction, _missing);

    /// <summary>A prediction with missing pixels filled in.</summary>
    internal float[] FilledOf(float[] prediction) => MissingPixels.Filled(prediction, _missing, Height, Width);
}
