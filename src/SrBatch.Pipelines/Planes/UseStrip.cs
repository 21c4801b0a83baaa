namespace SrBatch.Pipelines.Planes;

/// <summary>Takes some rows of a plane.</summary>
/// <param name="row">The first of them.</param>
/// <param name="values">Whole rows.</param>
internal delegate void UseStrip(long row, ReadOnlySpan<float> values);
