namespace SrBatch.Torch.Metrics;

/// <summary>How fine the finest detail of a plane is: its period in pixels, at least 2; null when the measure finds none.</summary>
/// <param name="plane">height x width values, row-major.</param>
/// <param name="height">Rows.</param>
/// <param name="width">Columns.</param>
public delegate double? ResolutionMeasure(ReadOnlySpan<float> plane, int height, int width);
