namespace SrBatch.Pipelines.Planes;

/// <summary>Processes some rows of a plane.</summary>
/// <param name="row">Index of the first row.</param>
/// <param name="values">Complete rows.</param>
internal delegate void UseStrip(long row, ReadOnlySpan<float> values);
