namespace SrBatch.Torch.Registration;

/// <summary>Fits an affine map to block shifts, weighted by each block's precision; blocks that deviate lose their weight.</summary>
internal static class AffineFit
{
    private const int Passes = 6;

    /// <summary>Residuals below this do not lower a block's weight much; frame pixels.</summary>
    private const double LeastScalePx = 0.3;

    /// <returns>The map from the frame to the moved frame; the identity when no block can be used.</returns>
    public static AffineMap Of(BlockShifts shifts, double centreY, double centreX)
    {
        double[] solution = new double[6], weights = new double[shifts.Count];
        Array.Fill(weights, 1);
        for (int pass = 0; pass < Passes; pass++)
        {
            double[,] normal = new double[6, 7];
            for (int block = 0; block < shifts.Count; block++)
            {
                if (shifts.IsUsed(block))
                {
                    Add(normal, shifts, block, weights[block], Basis(shifts, block, centreY, centreX));
                }
            }
            solution = Solve(normal);
            Reweight(shifts, solution, weights, centreY, centreX);
        }
        double yy = solution[1] / centreY, yx = solution[2] / centreX, xy = solution[4] / centreY, xx = solution[5] / centreX;
        return new AffineMap(
            1 + yy, yx, solution[0] - (yy * centreY) - (yx * centreX),
            xy, 1 + xx, solution[3] - (xy * centreY) - (xx * centreX));
    }

    private static (double One, double Y, double X) Basis(BlockShifts shifts, int block, double centreY, double centreX)
    {
        (double y, double x) = shifts.Shift.Node(block / shifts.Shift.Columns, block % shifts.Shift.Columns);
        return (1, (y - centreY) / centreY, (x - centreX) / centreX);
    }

    private static void Add(double[,] normal, BlockShifts shifts, int block, double weight, (double One, double Y, double X) basis)
    {
        ReadOnlySpan<double> b = [basis.One, basis.Y, basis.X];
        double yy = weight * shifts.PrecisionYY[block], yx = weight * shifts.PrecisionYX[block], xx = weight * shifts.PrecisionXX[block];
        double goalY = (yy * shifts.Shift.Y[block]) + (yx * shifts.Shift.X[block]);
        double goalX = (yx * shifts.Shift.Y[block]) + (xx * shifts.Shift.X[block]);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                normal[i, j] += yy * b[i] * b[j];
                normal[i, j + 3] += yx * b[i] * b[j];
                normal[i + 3, j] += yx * b[i] * b[j];
                normal[i + 3, j + 3] += xx * b[i] * b[j];
            }
            normal[i, 6] += goalY * b[i];
            normal[i + 3, 6] += goalX * b[i];
        }
    }

    /// <summary>Geman and McClure's weights, scaled by the median residual.</summary>
    private static void Reweight(BlockShifts shifts, double[] solution, double[] weights, double centreY, double centreX)
    {
        double[] residuals = new double[shifts.Count];
        for (int block = 0; block < shifts.Count; block++)
        {
            (double one, double y, double x) = Basis(shifts, block, centreY, centreX);
            double dy = shifts.Shift.Y[block] - (solution[0] * one) - (solution[1] * y) - (solution[2] * x);
            double dx = shifts.Shift.X[block] - (solution[3] * one) - (solution[4] * y) - (solution[5] * x);
            residuals[block] = Math.Sqrt((dy * dy) + (dx * dx));
        }
        double scale = Math.Max(LeastScalePx, 3 * BlockShifts.Median([.. residuals.Where((_, block) => shifts.IsUsed(block))]));
        for (int block = 0; block < shifts.Count; block++)
        {
            double doubt = 1 + (residuals[block] / scale * (residuals[block] / scale));
            weights[block] = 1 / (doubt * doubt);
        }
    }

    /// <summary>Gaussian elimination with pivoting. A small ridge on the diagonal keeps unknowns at 0 that no block determines.</summary>
    private static double[] Solve(double[,] system)
    {
        const int size = 6;
        double trace = Enumerable.Range(0, size).Sum(i => system[i, i]), ridge = (1e-9 * trace) + double.Epsilon;
        for (int i = 0; i < size; i++)
        {
            system[i, i] += ridge;
        }
        for (int pivot = 0; pivot < size; pivot++)
        {
            int best = Enumerable.Range(pivot, size - pivot).MaxBy(row => Math.Abs(system[row, pivot]));
            for (int column = 0; column <= size; column++)
            {
                (system[pivot, column], system[best, column]) = (system[best, column], system[pivot, column]);
            }
            if (Math.Abs(system[pivot, pivot]) < 1e-300)
            {
                return new double[size];
            }
            for (int row = 0; row < size; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= size; column++)
                {
                    system[row, column] -= factor * system[pivot, column];
                }
            }
        }
        return [.. Enumerable.Range(0, size).Select(i => system[i, size] / system[i, i])];
    }
}
