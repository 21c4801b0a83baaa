namespace SrBatch.Torch.Registration;

/// <summary>
/// Fits the smoothest displacement that agrees with the block shifts within their uncertainty. It minimises thin-plate bending energy;
/// the energy's weight is lowered until the median deviation is that of noise (Morozov's discrepancy principle), then once more. So
/// distortion that noise alone explains is left out and an aligned pair stays unchanged. An affine map has no bending energy.
/// </summary>
internal static class SmoothFit
{
    private const int Steps = 14, MostIterations = 200;
    private const double FirstStiffness = 1e4, StepFactor = 4, Tolerance = 1e-5;

    /// <summary>
    /// Final reduction of the stiffness. The principle finds the stiffest field that the shifts allow, which flattens bends; with this
    /// factor, errors were smallest overall (docs/adr/0017).
    /// </summary>
    private const double Softening = 4;

    /// <param name="blocks">Total shift of each block; precisions may be 0.</param>
    /// <param name="start">Initial values, on the same grid.</param>
    /// <param name="noise">Variance of shifts that counts as noise, in units of their own uncertainty.</param>
    public static DisplacementGrid Of(BlockShifts blocks, DisplacementGrid start, double noise)
    {
        DisplacementGrid grid = blocks.Shift;
        double[] u = [.. start.Y, .. start.X];
        double typical = BlockShifts.Median([.. Enumerable.Range(0, blocks.Count).Where(blocks.IsUsed)
            .Select(block => (blocks.PrecisionYY[block] + blocks.PrecisionXX[block]) / 2)]);
        if (double.IsNaN(typical))
        {
            return start;
        }
        double stiffness = FirstStiffness * typical;
        for (int step = 0; step < Steps; step++, stiffness /= StepFactor)
        {
            Relax(u, blocks, stiffness);
            // The median of chi-squared with two degrees of freedom is 2 ln 2.
            if (Deviation(u, blocks) <= 2 * Math.Log(2) * noise)
            {
                Relax(u, blocks, stiffness / Softening);
                break;
            }
        }
        return grid.With(u);
    }

    private static double Deviation(double[] u, BlockShifts blocks) =>
        BlockShifts.Median([.. Enumerable.Range(0, blocks.Count).Where(blocks.IsUsed).Select(block =>
            blocks.Significance(block, u[block] - blocks.Shift.Y[block], u[blocks.Count + block] - blocks.Shift.X[block]))]);

    /// <summary>Solves (P + stiffness B) u = P shift by conjugate gradients.</summary>
    private static void Relax(double[] u, BlockShifts blocks, double stiffness)
    {
        int count = blocks.Count;
        double[] residual = new double[2 * count], direction = new double[2 * count], image = new double[2 * count];
        Multiply(u, image, blocks, stiffness);
        double goal = 0;
        for (int block = 0; block < count; block++)
        {
            (double y, double x) = Precision(blocks, block, blocks.Shift.Y[block], blocks.Shift.X[block]);
            residual[block] = y - image[block];
            residual[count + block] = x - image[count + block];
            goal += (y * y) + (x * x);
        }
        residual.CopyTo(direction, 0);
        double norm = Dot(residual, residual), enough = Tolerance * Tolerance * goal;
        for (int iteration = 0; iteration < MostIterations && norm > enough; iteration++)
        {
            Multiply(direction, image, blocks, stiffness);
            double length = norm / Dot(direction, image);
            for (int i = 0; i < u.Length; i++)
            {
                u[i] += length * direction[i];
                residual[i] -= length * image[i];
            }
            double next = Dot(residual, residual);
            for (int i = 0; i < u.Length; i++)
            {
                direction[i] = residual[i] + (next / norm * direction[i]);
            }
            norm = next;
        }
    }

    private static void Multiply(double[] u, double[] image, BlockShifts blocks, double stiffness)
    {
        int count = blocks.Count, rows = blocks.Shift.Rows, columns = blocks.Shift.Columns;
        for (int block = 0; block < count; block++)
        {
            (image[block], image[count + block]) = Precision(blocks, block, u[block], u[count + block]);
        }
        for (int part = 0; part < 2; part++)
        {
            Span<double> from = u.AsSpan(part * count, count), to = image.AsSpan(part * count, count);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    int node = (row * columns) + column;
                    if (row > 0 && row < rows - 1)
                    {
                        Bend(from, to, node, columns, stiffness);
                    }
                    if (column > 0 && column < columns - 1)
                    {
                        Bend(from, to, node, 1, stiffness);
                    }
                    if (row > 0 && column > 0)
                    {
                        double twist = 2 * stiffness * (from[node] - from[node - 1] - from[node - columns] + from[node - columns - 1]);
                        to[node] += twist;
                        to[node - 1] -= twist;
                        to[node - columns] -= twist;
                        to[node - columns - 1] += twist;
                    }
                }
            }
        }
    }

    /// <summary>Adds the gradient of the squared second difference along one dim.</summary>
    private static void Bend(ReadOnlySpan<double> from, Span<double> to, int node, int stride, double stiffness)
    {
        double bend = stiffness * (from[node - stride] - (2 * from[node]) + from[node + stride]);
        to[node - stride] += bend;
        to[node] -= 2 * bend;
        to[node + stride] += bend;
    }

    private static (double Y, double X) Precision(BlockShifts blocks, int block, double y, double x) => (
        (blocks.PrecisionYY[block] * y) + (blocks.PrecisionYX[block] * x),
        (blocks.PrecisionYX[block] * y) + (blocks.PrecisionXX[block] * x));

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
