namespace SrBatch.Torch.Registration;

/// <summary>
/// A smooth displacement, given at the nodes of a regular grid and interpolated by cubic convolution (Keys 1981, doi
/// 10.1109/TASSP.1981.1163711, a = -1/2). Outside of the grid it has its value at the border. Lengths are frame pixels.
/// </summary>
public sealed class DisplacementGrid(double firstY, double firstX, double stepY, double stepX, int rows, int columns)
{
    public int Rows => rows;
    public int Columns => columns;

    /// <summary>Row-major.</summary>
    public double[] Y { get; init; } = new double[rows * columns];
    public double[] X { get; init; } = new double[rows * columns];

    public (double Y, double X) Node(int row, int column) => (firstY + (row * stepY), firstX + (column * stepX));

    public (double Y, double X) At(double y, double x)
    {
        double row = Math.Clamp((y - firstY) / stepY, 0, rows - 1), column = Math.Clamp((x - firstX) / stepX, 0, columns - 1);
        int i = (int)row, j = (int)column;
        Span<double> down = stackalloc double[4], across = stackalloc double[4];
        Weights(row - i, down);
        Weights(column - j, across);
        double sumY = 0, sumX = 0;
        for (int a = 0; a < 4; a++)
        {
            int line = Math.Clamp(i - 1 + a, 0, rows - 1) * columns;
            for (int b = 0; b < 4; b++)
            {
                int node = line + Math.Clamp(j - 1 + b, 0, columns - 1);
                double weight = down[a] * across[b];
                sumY += weight * Y[node];
                sumX += weight * X[node];
            }
        }
        return (sumY, sumX);
    }

    /// <summary>A grid with the same nodes and other values: all y, then all x.</summary>
    public DisplacementGrid With(ReadOnlySpan<double> values) => new(firstY, firstX, stepY, stepX, rows, columns)
    {
        Y = values[..(rows * columns)].ToArray(),
        X = values[(rows * columns)..].ToArray(),
    };

    /// <summary>Sets the values at this grid's nodes to those of <paramref name="other"/>.</summary>
    public void Sample(DisplacementGrid other)
    {
        for (int node = 0; node < Y.Length; node++)
        {
            (double y, double x) = Node(node / columns, node % columns);
            (Y[node], X[node]) = other.At(y, x);
        }
    }

    private static void Weights(double t, Span<double> weights)
    {
        weights[0] = ((((-t + 2) * t) - 1) * t) / 2;
        weights[1] = ((((3 * t) - 5) * t * t) + 2) / 2;
        weights[2] = ((((-3 * t) + 4) * t) + 1) * t / 2;
        weights[3] = (t - 1) * t * t / 2;
    }
}
