namespace SrBatch.Torch.Inference;

/// <summary>Reads whole rows of a plane into a span, row-major.</summary>
/// <param name="row">First row, 0-based.</param>
/// <param name="rows">How many.</param>
/// <param name="destination">rows x width values.</param>
public delegate void ReadRows(long row, int rows, Span<float> destination);
