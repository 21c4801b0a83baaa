namespace SrBatch.Torch.Metrics;

/// <summary>Pixels that are not finite in one of several planes: scores ignore them in all.</summary>
public static class MissingPixels
{
    /// <param name="planes">Of one size.</param>
    /// <returns>For each pixel whether it is NaN or infinite in any of the planes; null if none is.</returns>
    public static bool[]? In(params ReadOnlySpan<float[]> planes)
    {
        bool[]? missing = null;
        foreach (float[] plane in planes)
        {
            for (int i = 0; i < plane.Length; i++)
            {
                if (!float.IsFinite(plane[i]))
                {
                    missing ??= new bool[plane.Length];
                    missing[i] = true;
                }
            }
        }
        return missing;
    }

    /// <summary>
    /// Replaces missing pixels by what surrounds them, for scores that look at neighbourhoods: each by the mean of the smallest aligned
    /// square of 2, 4, 8, ... pixels that has a pixel that is not missing.
    /// </summary>
    /// <param name="plane">height x width values, row-major.</param>
    /// <param name="missing">As many; null: no pixel is missing.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The plane itself when nothing is missing; zeros when all is.</returns>
    public static float[] Filled(float[] plane, bool[]? missing, int height, int width)
    {
        if (missing is null)
        {
            return plane;
        }
        float[] filled = [.. plane];
        Fill(filled, missing, height, width);
        return filled;
    }

    /// <param name="plane">Row-major.</param>
    /// <param name="missing">As many; null: no pixel is missing.</param>
    /// <returns>The values that are not missing, in order; the plane itself when nothing is missing.</returns>
    public static float[] Without(float[] plane, bool[]? missing) => missing is null ? plane : [.. plane.Where((_, i) => !missing[i])];

    private static void Fill(float[] values, bool[] missing, int height, int width)
    {
        int rows = (height + 1) / 2, columns = (width + 1) / 2;
        float[] means = new float[rows * columns];
        bool[] empty = new bool[means.Length];
        bool anyEmpty = false;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double sum = 0;
                int count = 0;
                for (int y = 2 * row; y < Math.Min(height, (2 * row) + 2); y++)
                {
                    for (int x = 2 * column; x < Math.Min(width, (2 * column) + 2); x++)
                    {
                        int i = (y * width) + x;
                        (sum, count) = missing[i] ? (sum, count) : (sum + values[i], count + 1);
                    }
                }
                int cell = (row * columns) + column;
                means[cell] = count == 0 ? 0 : (float)(sum / count);
                empty[cell] = count == 0;
                anyEmpty |= count == 0;
            }
        }
        if (anyEmpty && means.Length > 1)
        {
            Fill(means, empty, rows, columns);
        }
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = missing[i] ? means[(i / width / 2 * columns) + (i % width / 2)] : values[i];
        }
    }
}
