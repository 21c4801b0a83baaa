namespace SrBatch.Torch.Inference;

/// <summary>The pixels of a box of a plane, row-major.</summary>
public sealed record BlockPixels(long Row, long Column, int Rows, int Columns, float[] Values)
{
    /// <summary>No pixel.</summary>
    public static BlockPixels None { get; } = new(0, 0, 0, 0, []);

    /// <summary>Copies a window that starts within the box. Beyond the box, its last row and column are repeated.</summary>
    internal void CopyWindow(long row, int rows, long column, int columns, Span<float> destination)
    {
        int inside = (int)Math.Min(columns, Column + Columns - column);
        for (int y = 0; y < rows; y++)
        {
            int from = (int)Math.Min(row + y - Row, Rows - 1);
            Span<float> line = destination.Slice(y * columns, columns);
            Values.AsSpan((from * Columns) + (int)(column - Column), inside).CopyTo(line);
            line[inside..].Fill(line[inside - 1]);
        }
    }
}
