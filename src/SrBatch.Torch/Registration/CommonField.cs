namespace SrBatch.Torch.Registration;

/// <summary>The field that both images show, and the target resampled on it.</summary>
public static class CommonField
{
    /// <summary>The largest rectangle of input pixels whose frame pixels all lie within the target, under every map.</summary>
    /// <returns>The rectangle; with area 0 when there is none.</returns>
    public static FieldRectangle Of(IReadOnlyCollection<FrameMap> maps, PairGeometry geometry)
    {
        bool[] isCommon = new bool[geometry.Height * geometry.Width];
        RowLoop.Run(geometry.Height, row =>
        {
            for (int column = 0; column < geometry.Width; column++)
            {
                isCommon[(row * geometry.Width) + column] = maps.All(map => IsOnTarget(map, geometry, row, column));
            }
        });
        return Largest(isCommon, geometry.Height, geometry.Width);
    }

    /// <summary>Resamples the target in the input's frame, by a single cubic B-spline interpolation.</summary>
    /// <param name="target">The target's pixels, all finite.</param>
    /// <param name="field">From <see cref="Of"/>.</param>
    /// <returns>Pixels of scale times the rectangle's rows and columns.</returns>
    public static float[] Resample(ReadOnlySpan<float> target, PairGeometry geometry, FrameMap map, FieldRectangle field)
    {
        var spline = new CubicSpline(target, geometry.TargetHeight, geometry.TargetWidth);
        int scale = geometry.Scale, width = field.Width * scale;
        float[] values = new float[field.Height * scale * width];
        RowLoop.Run(field.Height * scale, row =>
        {
            for (int column = 0; column < width; column++)
            {
                (double y, double x) = map.At((field.Y * scale) + row, (field.X * scale) + column);
                values[(row * width) + column] = spline.At(y, x);
            }
        });
        return values;
    }

    /// <summary>
    /// The displacement at the centre of each input pixel: position in the target minus position in the frame, target pixels.
    /// </summary>
    public static (float[] Y, float[] X) Displacement(PairGeometry geometry, FrameMap map, FieldRectangle field)
    {
        float[] down = new float[field.Area], across = new float[field.Area];
        RowLoop.Run(field.Height, row =>
        {
            for (int column = 0; column < field.Width; column++)
            {
                double y = ((field.Y + row + 0.5) * geometry.Scale) - 0.5;
                double x = ((field.X + column + 0.5) * geometry.Scale) - 0.5;
                (double sourceY, double sourceX) = map.At(y, x);
                down[(row * field.Width) + column] = (float)(sourceY - y);
                across[(row * field.Width) + column] = (float)(sourceX - x);
            }
        });
        return (down, across);
    }

    private static bool IsOnTarget(FrameMap map, PairGeometry geometry, int row, int column)
    {
        for (int i = 0; i < geometry.Scale; i++)
        {
            for (int j = 0; j < geometry.Scale; j++)
            {
                (double y, double x) = map.At((row * geometry.Scale) + i, (column * geometry.Scale) + j);
                if (!CubicSpline.Covers(y, x, geometry.TargetHeight, geometry.TargetWidth))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>
    /// Finds the largest rectangle of true values. For each row, the heights of the columns of true values above it form a skyline, which
    /// one pass with a stack of rising heights searches.
    /// </summary>
    internal static FieldRectangle Largest(bool[] isIn, int height, int width)
    {
        FieldRectangle best = default;
        int[] tall = new int[width + 1];
        var open = new Stack<(int Start, int Height)>();
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column <= width; column++)
            {
                tall[column] = column < width && isIn[(row * width) + column] ? tall[column] + 1 : 0;
                int start = column;
                while (open.TryPeek(out (int Start, int Height) last) && last.Height >= tall[column])
                {
                    _ = open.Pop();
                    start = last.Start;
                    var found = new FieldRectangle(row - last.Height + 1, last.Start, last.Height, column - last.Start);
                    best = found.Area > best.Area ? found : best;
                }
                if (tall[column] > 0)
                {
                    open.Push((start, tall[column]));
                }
            }
            open.Clear();
        }
        return best;
    }
}
