namespace SrBatch.Torch.Registration;

/// <summary>How far each block of a regular grid has to move, in frame pixels, with a 2 x 2 precision matrix for each block.</summary>
internal sealed class BlockShifts
{
    /// <summary>The blocks' centres are its nodes, their shifts its values.</summary>
    public required DisplacementGrid Shift { get; init; }

    /// <summary>Height of the correlation's peak, -1 to 1; 0 where too few pixels can be compared.</summary>
    public required double[] Correlation { get; init; }

    /// <summary>Inverse covariance of each shift, 1 / px^2, up to a factor common to all blocks; 0 for unused blocks.</summary>
    public required double[] PrecisionYY { get; init; }
    public required double[] PrecisionYX { get; init; }
    public required double[] PrecisionXX { get; init; }

    public int Count => Correlation.Length;

    public bool IsUsed(int block) => PrecisionYY[block] + PrecisionXX[block] > 0;

    public double UsedShare => Enumerable.Range(0, Count).Count(IsUsed) / (double)Count;

    /// <summary>
    /// Squared length of a shift in units of the block's own uncertainty. When noise alone causes the shift, its mean is 2.
    /// </summary>
    public double Significance(int block, double dy, double dx) =>
        (PrecisionYY[block] * dy * dy) + (2 * PrecisionYX[block] * dy * dx) + (PrecisionXX[block] * dx * dx);

    public void Reject(int block) => PrecisionYY[block] = PrecisionYX[block] = PrecisionXX[block] = 0;

    /// <summary>Median length of the used blocks' shifts, frame pixels; NaN without any.</summary>
    public double MedianLength() => Median([.. Enumerable.Range(0, Count).Where(IsUsed).Select(block =>
        Math.Sqrt((Shift.Y[block] * Shift.Y[block]) + (Shift.X[block] * Shift.X[block])))]);

    /// <summary>
    /// Rejects blocks whose shift differs too much from the median of the used blocks around them (5 x 5; Westerweel and Scarano 2005, doi
    /// 10.1007/s00348-005-0016-6), or that have fewer than four used neighbours.
    /// </summary>
    /// <param name="leastPx">Smaller differences are always accepted.</param>
    public void RejectOutliers(double leastPx)
    {
        const int reach = 2, fewest = 5;
        const double largest = 4.5; // median absolute deviations, 3 sigma of a normal distribution
        List<int> rejected = [];
        List<double> near = [];
        for (int block = 0; block < Count; block++)
        {
            if (IsUsed(block) && (Contradicts(Shift.Y, block) || Contradicts(Shift.X, block)))
            {
                rejected.Add(block);
            }
        }
        rejected.ForEach(Reject);

        bool Contradicts(double[] values, int block)
        {
            near.Clear();
            int row = block / Shift.Columns, column = block % Shift.Columns;
            for (int i = Math.Max(0, row - reach); i <= Math.Min(Shift.Rows - 1, row + reach); i++)
            {
                for (int j = Math.Max(0, column - reach); j <= Math.Min(Shift.Columns - 1, column + reach); j++)
                {
                    if (IsUsed((i * Shift.Columns) + j))
                    {
                        near.Add(values[(i * Shift.Columns) + j]);
                    }
                }
            }
            double median = Median([.. near]);
            double deviation = Median([.. near.Select(value => Math.Abs(value - median))]);
            return near.Count < fewest || Math.Abs(values[block] - median) > Math.Max(leastPx, largest * deviation);
        }
    }

    internal static double Median(double[] values)
    {
        if (values.Length == 0)
        {
            return double.NaN;
        }
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
