namespace SrBatch.Torch.Inference;

/// <summary>Reads a box of a plane into a span, row-major.</summary>
/// <param name="row">First row, 0-based.</param>
/// <param name="column">First column, 0-based.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Number of columns.</param>
/// <param name="destination">rows x columns values.</param>
public delegate void ReadBox(long row, long column, int rows, int columns, Span<float> destination);
