using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// Where an output shows what its input does not, or lacks what it shows. The difference of <see cref="Squirrel"/>, smoothed by the blur that it found, because what is
/// invented or lost comes in that size and noise does not; over its ordinary deviation at places as bright, because the noise of light grows with its intensity. As
/// bright as the input where the output shows more, as bright as the blurred output where it shows less: nothing belongs there, if it is right.
/// </summary>
public sealed class Contradiction
{
    /// <summary>Below, there are too few pixels to say what is ordinary.</summary>
    private const int LeastSide = 16;

    /// <summary>Blurs are taken to be this wide at least, pixels: detail of single pixels is noise.</summary>
    private const double LeastSigma = 1.5;

    /// <summary>Of the reference's range: differences of less do not matter.</summary>
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

    /// <summary>height x width, row-major: the difference in ordinary deviations, above 0 where the output shows more than its input.</summary>
    public float[] Map { get; }

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>Output pixels a side that a value of the map stands for; a last part that is smaller is left out.</summary>
    public int Cell { get; }

    /// <summary>The largest of <see cref="Map"/>, without sign.</summary>
    public double Most { get; }

    /// <summary>Where it is, output pixels.</summary>
    public int Row { get; }
    public int Column { get; }

    /// <summary>Whether the output shows there what its input does not; else it lacks what the input shows.</summary>
    public bool IsInvented { get; }

    /// <param name="blurred">height x width: the output, blurred.</param>
    /// <param name="line">Brings it to the reference's intensities.</param>
    /// <param name="reference">As many: the input, magnified.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="sigmaPx">Of the blur, output pixels.</param>
    /// <returns>Null of planes that are too small.</returns>
    internal static Contradiction? Of(float[] blurred, (double Slope, double Offset) line, float[] reference, int height, int width, double sigmaPx)
    {
        // Smoothed as it is, a plane needs no more pixels than this leaves; means over cells are part of the smoothing.
        double sigma = Math.Max(LeastSigma, sigmaPx);
        int cell = (int)Math.Max(2, sigma), rows = height / cell, columns = width / cell;
        if (Math.Min(rows, columns) < LeastSide)
        {
            return null;
        }
        var filter = new GaussianFilter(Math.Sqrt((sigma * sigma) - (((cell * cell) - 1) / 12.0)) / cell);
        float[] shown = filter.Apply(Cells(blurred, width, cell, rows, columns), rows, columns), seen = filter.Apply(Cells(reference, width, cell, rows, columns), rows, columns);
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
