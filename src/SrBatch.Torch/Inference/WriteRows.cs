namespace SrBatch.Torch.Inference;

/// <summary>Writes whole rows of a plane, row-major; rows come from top to bottom, each once.</summary>
/// <param name="row">First row, 0-based.</param>
/// <param name="rows">How many.</param>
/// <param name="values">rows x width values.</param>
public delegate void WriteRows(long row, int rows, ReadOnlySpan<float> values);
