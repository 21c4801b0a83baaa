using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// Where an output shows what its input does not, or lacks what it shows. The map is the difference of <see cref="Squirrel"/>, smoothed by
/// the blur that Squirrel found, because invented or lost structure has that size and noise does not; divided by its ordinary deviation at
/// that brightness, because photon noise grows with intensity. The brightness is the input's where the output shows more, and the blurred
/// output's where it shows less, because a correct output has nothing else there.
/// </summary>
public sealed class Contradiction
{
    /// <summary>Shortest side of the map; smaller ones have too few pixels to find the ordinary deviation.</summary>
    private const int LeastSide = 16;

    /// <summary>Least standard deviation of the smoothing, pixels: detail of single pixels is noise.</summary>
    private const double LeastSigma = 1.5;

    /// <summary>Share of the reference's range: smaller differences do not matter.</summary>
    private const double LeastDeviation = 1e-3;

    private Contradiction(float[] map, int height, int width, int cell)
    {
        (Map, Height, Width, Cell) = (map, height, width, cell);
        int most = 0;
        for (int i = 1; i < map.Length; i++)
        {
            most = Math.Abs(map[i]) > Math.Abs(map[most]) ? i : most;
        }
        (Row, Column) = ((most / width * cell) + (cell / 2), (most % width * cell) + (cell / 2));
        (Most, IsInvented) = (Math.Abs(map[most]), map[most] > 0);
    }

    /// <summary>
    /// height x width, row-major: the difference in ordinary deviations, above 0 where the output shows more than its input.
    /// </summary>
    public float[] Map { get; }

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>Side of the square that a value of the map stands for, output pixels; a smaller last square is left out.</summary>
    public int Cell { get; }

    /// <summary>Largest absolute value of <see cref="Map"/>.</summary>
    public double Most { get; }

    /// <summary>Where it is, output pixels.</summary>
    public int Row { get; }
    public int Column { get; }

    /// <summary>True: the output shows there what its input does not. False: it lacks what the input shows.</summary>
    public bool IsInvented { get; }

    /// <param name="blurred">height x width: the output, blurred.</param>
    /// <param name="line">Brings it to the reference's intensities.</param>
    /// <param name="reference">As many: the input, magnified.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="sigmaPx">Of the blur, output pixels.</param>
    /// <returns>Null for planes that are too small.</returns>
    internal static Contradiction? Of(
        float[] blurred,
        (double Slope, double Offset) line,
        float[] reference,
        int height,
        int width,
        double sigmaPx)
    {
        // A smoothed plane needs no more pixels than this; the means over cells are part of the smoothing.
        double sigma = Math.Max(LeastSigma, sigmaPx);
        int cell = (int)Math.Max(2, sigma), rows = height / cell, columns = width / cell;
        if (Math.Min(rows, columns) < LeastSide)
        {
            return null;
        }
        var filter = new GaussianFilter(Math.Sqrt((sigma * sigma) - (((cell * cell) - 1) / 12.0)) / cell);
        float[] shown = filter.Apply(Cells(blurred, width, cell, rows, columns), rows, columns);
        float[] seen = filter.Apply(Cells(reference, width, cell, rows, columns), rows, columns);
        float[] map = new float[shown.Length];
        float low = seen[0], high = seen[0];
        for (int i = 0; i < map.Length; i++)
        {
            shown[i] = (float)((line.Slope * shown[i]) + line.Offset);
            map[i] = shown[i] - seen[i];
            (low, high) = (Math.Min(low, seen[i]), Math.Max(high, seen[i]));
        }
        double least = Math.Max(LeastDeviation * (high - low), double.Epsilon);
        OrdinaryVariance bySeen = OrdinaryVariance.Of(seen, map, least * least), byShown = OrdinaryVariance.Of(shown, map, least * least);
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (float)(map[i] / Math.Sqrt(map[i] > 0 ? bySeen.At(seen[i]) : byShown.At(shown[i])));
        }
        return new Contradiction(map, rows, columns, cell);
    }

    private static float[] Cells(float[] plane, int width, int cell, int rows, int columns)
    {
        float[] means = new float[rows * columns];
        float share = 1f / (cell * cell);
        for (int y = 0; y < rows * cell; y++)
        {
            Span<float> into = means.AsSpan(y / cell * columns, columns);
            ReadOnlySpan<float> row = plane.AsSpan(y * width, columns * cell);
            for (int x = 0; x < into.Length; x++)
            {
                float sum = 0;
                foreach (float value in row.Slice(x * cell, cell))
                {
                    sum += value;
                }
                into[x] += share * sum;
            }
        }
        return means;
    }
}
