namespace SrBatch.Core.Training;

/// <summary>Flips and quarter turns of square patches.</summary>
public static class SquarePatch
{
    /// <summary>
    /// Copies a square in one of the eight orientations: bit 0 flips columns, bit 1 flips rows, bit 2 exchanges rows and columns first.
    /// </summary>
    /// <param name="source">side x side values, row-major.</param>
    /// <param name="destination">As many values.</param>
    /// <param name="side">Side of the square, pixels.</param>
    /// <param name="orientation">0 (as it is) to 7.</param>
    public static void Orient(ReadOnlySpan<float> source, Span<float> destination, int side, int orientation)
    {
        bool flipColumns = (orientation & 1) != 0, flipRows = (orientation & 2) != 0, transpose = (orientation & 4) != 0;
        for (int row = 0; row < side; row++)
        {
            int r = flipRows ? side - 1 - row : row;
            for (int column = 0; column < side; column++)
            {
                int c = flipColumns ? side - 1 - column : column;
                destination[(row * side) + column] = transpose ? source[(c * side) + r] : source[(r * side) + c];
            }
        }
    }
}
