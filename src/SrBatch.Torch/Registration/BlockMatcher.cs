using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>
/// Local normalised cross-correlation: computes the correlation under Gaussian windows on a regular grid for every shift in a small
/// range, then for each window the peak with sub-pixel precision. Block matching as in Ourselin et al. 2001 (doi
/// 10.1016/S0262-8856(00)00052-4), plus each block's precision.
/// </summary>
internal static class BlockMatcher
{
    // Shape suffixes: B planes that share one map, H rows, W columns, K and L rows and columns of blocks.

    /// <summary>Standard deviation of a block's Gaussian window, pixels.</summary>
    public const double Sigma = 10;

    /// <summary>Distance of neighbouring blocks, in sigmas of the window.</summary>
    private const double Spacing = 1.5;

    /// <summary>Smallest share of a window that must lie in both images.</summary>
    private const double LeastCovered = 0.5;

    /// <summary>Smallest correlation of a usable block: below, it has no structure, or not the same in both images.</summary>
    private const double LeastCorrelation = 0.1;

    /// <summary>Largest correlation that adds precision: beyond, the remaining difference comes from the optics, not from noise.</summary>
    private const double LargestCorrelation = 0.98;

    /// <param name="input_BHW">Features of the input, with mean 0.</param>
    /// <param name="target_BHW">Features of the target, moved to the input; correlation must be positive.</param>
    /// <param name="isCovered_HW">1 where the target is known, else 0.</param>
    /// <param name="radius">Largest shift, pixels; at least 1.</param>
    /// <param name="pixelPx">Size of these pixels in frame pixels; shifts are returned in frame pixels.</param>
    /// <param name="noisePixels">Number of pixels over which noise is correlated, 1 for white noise.</param>
    public static BlockShifts Match(
        Tensor input_BHW,
        Tensor target_BHW,
        Tensor isCovered_HW,
        int radius,
        int pixelPx,
        double noisePixels)
    {
        int height = (int)input_BHW.shape[1] - (2 * radius), width = (int)input_BHW.shape[2] - (2 * radius), side = (2 * radius) + 1;
        double[] rows = Centres(height), columns = Centres(width);
        float[] correlations = Correlations(input_BHW, target_BHW, isCovered_HW, radius, rows, columns);
        var shifts = new BlockShifts
        {
            Shift = new DisplacementGrid(
                ((rows[0] + radius + 0.5) * pixelPx) - 0.5, ((columns[0] + radius + 0.5) * pixelPx) - 0.5,
                (rows[1] - rows[0]) * pixelPx, (columns[1] - columns[0]) * pixelPx, rows.Length, columns.Length),
            Correlation = new double[rows.Length * columns.Length],
            PrecisionYY = new double[rows.Length * columns.Length],
            PrecisionYX = new double[rows.Length * columns.Length],
            PrecisionXX = new double[rows.Length * columns.Length],
        };
        double independent = 4 * Math.PI * Sigma * Sigma * input_BHW.shape[0] / noisePixels;
        for (int block = 0; block < shifts.Count; block++)
        {
            FindPeak(correlations, block, side, pixelPx, independent, shifts);
        }
        return shifts;
    }

    private static float[] Correlations(
        Tensor input_BHW,
        Tensor target_BHW,
        Tensor isCovered_HW,
        int radius,
        double[] rows,
        double[] columns)
    {
        using var scope = NewDisposeScope();
        long height = input_BHW.shape[1] - (2 * radius), width = input_BHW.shape[2] - (2 * radius), side = (2 * radius) + 1;
        Tensor rows_KH = SeparableWindows.Gaussian(rows, (int)height, Sigma, isNormalised: false);
        Tensor columns_LW = SeparableWindows.Gaussian(columns, (int)width, Sigma, isNormalised: false);
        // Uses only pixels that are covered at every shift, so that all correlations of a block are over the same pixels of the input.
        Tensor isMissing_11HW = isCovered_HW.neg().unsqueeze(0).unsqueeze(0);
        Tensor covered_HW = nn.functional.max_pool2d(isMissing_11HW, [side, side], [1, 1]).neg().squeeze(0).squeeze(0);
        Tensor pixels_KL = Moment(covered_HW.unsqueeze(0)).squeeze(0);
        Tensor whole_KL = rows_KH.sum(1, true).matmul(columns_LW.sum(1, true).t());
        Tensor isEnough_KL = pixels_KL.gt(whole_KL.Times(LeastCovered));
        pixels_KL = pixels_KL.Plus(1e-6);

        Tensor input = input_BHW.narrow(1, radius, height).narrow(2, radius, width);
        Tensor masked_BHW = input * covered_HW;
        Tensor inputMean_BKL = Moment(masked_BHW) / pixels_KL;
        Tensor inputVariance_KL = (Moment(masked_BHW * input) / pixels_KL - inputMean_BKL * inputMean_BKL).sum([0]);
        float[] correlations_SKL = new float[side * side * rows.Length * columns.Length];
        for (long dy = 0; dy < side; dy++)
        {
            for (long dx = 0; dx < side; dx++)
            {
                using var step = NewDisposeScope();
                Tensor target = target_BHW.narrow(1, dy, height).narrow(2, dx, width);
                Tensor covered_BHW = target * covered_HW;
                Tensor mean_BKL = Moment(covered_BHW) / pixels_KL;
                Tensor variance_KL = (Moment(covered_BHW * target) / pixels_KL - mean_BKL * mean_BKL).sum([0]);
                Tensor covariance_KL = (Moment(covered_BHW * input) / pixels_KL - mean_BKL * inputMean_BKL).sum([0]);
                // Features have variance 1 over the whole image: a millionth of that is rounding.
                Tensor scale_KL = (variance_KL.AtLeast(1e-6) * inputVariance_KL.AtLeast(1e-6)).sqrt();
                float[] correlation_KL = (covariance_KL / scale_KL * isEnough_KL).data<float>().ToArray();
                correlation_KL.CopyTo(correlations_SKL, ((dy * side) + dx) * correlation_KL.Length);
            }
        }
        return correlations_SKL;

        Tensor Moment(Tensor x_BHW) => SeparableWindows.Apply(rows_KH, x_BHW, columns_LW);
    }

    /// <summary>
    /// Fits a quadratic through the nine correlations around the highest one. Its curvature gives the precision in each direction: along
    /// a line, the shift stays unknown.
    /// </summary>
    private static void FindPeak(float[] correlations, int block, int side, int pixelPx, double independent, BlockShifts shifts)
    {
        int count = shifts.Count, best = 0;
        for (int shift = 1; shift < side * side; shift++)
        {
            best = correlations[(shift * count) + block] > correlations[(best * count) + block] ? shift : best;
        }
        int row = best / side, column = best % side;
        double peak = C(0, 0);
        shifts.Correlation[block] = peak;
        if (row == 0 || column == 0 || row == side - 1 || column == side - 1 || peak < LeastCorrelation)
        {
            return;
        }
        double slopeY = (C(1, 0) - C(-1, 0)) / 2, slopeX = (C(0, 1) - C(0, -1)) / 2;
        double yy = (2 * peak) - C(1, 0) - C(-1, 0), xx = (2 * peak) - C(0, 1) - C(0, -1);
        double yx = (C(1, -1) + C(-1, 1) - C(1, 1) - C(-1, -1)) / 4;
        if (yy <= 0 || xx <= 0 || (yy * xx) - (yx * yx) <= 0)
        {
            return;
        }
        // Adds a little curvature: along a line, the division would be by noise.
        double ridge = 0.02 * (yy + xx), determinant = ((yy + ridge) * (xx + ridge)) - (yx * yx);
        double dy = (((xx + ridge) * slopeY) - (yx * slopeX)) / determinant;
        double dx = (((yy + ridge) * slopeX) - (yx * slopeY)) / determinant;
        shifts.Shift.Y[block] = (row - (side / 2) + Math.Clamp(dy, -1, 1)) * pixelPx;
        shifts.Shift.X[block] = (column - (side / 2) + Math.Clamp(dx, -1, 1)) * pixelPx;
        double bounded = Math.Min(peak, LargestCorrelation);
        double precision = independent * bounded / (1 - (bounded * bounded)) / ((double)pixelPx * pixelPx);
        shifts.PrecisionYY[block] = yy * precision;
        shifts.PrecisionYX[block] = yx * precision;
        shifts.PrecisionXX[block] = xx * precision;

        double C(int i, int j) => correlations[((((row + i) * side) + column + j) * count) + block];
    }

    /// <summary>Positions of the blocks along an axis, from its first pixel to its last.</summary>
    private static double[] Centres(int length)
    {
        int count = Math.Max(2, (int)Math.Ceiling((length - 1) / (Sigma * Spacing)) + 1);
        return [.. Enumerable.Range(0, count).Select(k => k * (length - 1.0) / (count - 1))];
    }
}
