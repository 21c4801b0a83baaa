namespace SrBatch.Core.Tiling;

/// <summary>A rectangle of a plane, pixels.</summary>
/// <param name="Row">First row.</param>
/// <param name="Column">First column.</param>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
public readonly record struct PlanePart(long Row, long Column, int Rows, int Columns)
{
    /// <summary>The centre of a plane, at most <paramref name="most"/> pixels along each axis.</summary>
    public static PlanePart Middle(long height, long width, int most)
    {
        int rows = (int)Math.Min(height, most), columns = (int)Math.Min(width, most);
        return new((height - rows) / 2, (width - columns) / 2, rows, columns);
    }

    /// <summary>The same part of a plane with <paramref name="scale"/> times the rows and columns.</summary>
    public PlanePart Enlarged(int scale) => new(Row * scale, Column * scale, Rows * scale, Columns * scale);

    /// <param name="plane">The whole plane, row by row.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <returns>The part's values, row by row; the plane's own array when the part is the whole plane.</returns>
    public float[] Cut(float[] plane, int width)
    {
        if (plane.Length == Rows * Columns)
        {
            return plane;
        }
        float[] part = new float[Rows * Columns];
        for (int y = 0; y < Rows; y++)
        {
            plane.AsSpan(checked((int)(((Row + y) * width) + Column)), Columns).CopyTo(part.AsSpan(y * Columns));
        }
        return part;
    }
}
