namespace SrBatch.Torch.Metrics;

/// <summary>
/// MS-SSIM (Wang, Simoncelli and Bovik 2003): the product of the mean contrast and structure terms of five scales and the mean luminance
/// term of the coarsest, each to the power of its weight. Each scale is the mean over 2 x 2 pixels of the one before; a last row or column
/// without a partner is left out. Each scale is compared as in <see cref="PlaneSimilarity"/>. Weights and scales are those of torchmetrics'
/// multiscale_structural_similarity_index_measure, which pads the borders that are left out here.
/// </summary>
internal static class MultiScaleSimilarity
{
    private static readonly double[] Weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>Shortest side that leaves 11 pixels on the coarsest scale.</summary>
    private const int LeastSide = 176;

    /// <returns>
    /// 0 to 1, 0 when the structures of a scale contradict each other; null below 176 x 176 pixels, or when the target's range is 0.
    /// </returns>
    public static double? Of(TargetComparison planes)
    {
        TargetPlane target = planes.Target;
        return Math.Min(target.Height, target.Width) >= LeastSide && planes.Similarity is { } finest
            ? Of(finest, planes.Prediction, target.Values, target.Height, target.Width, planes.Fit!)
            : null;
    }

    /// <param name="finest">What the planes themselves have.</param>
    /// <param name="prediction">height x width values, row-major.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows, at least 176.</param>
    /// <param name="width">Columns, at least 176.</param>
    /// <param name="fit">The line that is applied to the prediction, and the range.</param>
    /// <returns>0 to 1; 0 when the structures of a scale contradict each other.</returns>
    private static double Of(
        SimilarityMeans finest,
        ReadOnlySpan<float> prediction,
        ReadOnlySpan<float> target,
        int height,
        int width,
        PlaneFit fit)
    {
        double product = Power(finest.ContrastStructure, Weights[0]);
        for (int scale = 1; scale < Weights.Length; scale++)
        {
            prediction = Halved(prediction, height, width);
            target = Halved(target, height, width);
            (height, width) = (height / 2, width / 2);
            SimilarityMeans means = PlaneSimilarity.Means(prediction, target, height, width, fit.Slope, fit.Offset, fit.Range);
            product *= Power(scale == Weights.Length - 1 ? means.Ssim : means.ContrastStructure, Weights[scale]);
        }
        return product;
    }

    private static double Power(double mean, double weight) => Math.Pow(Math.Max(0, mean), weight);

    private static float[] Halved(ReadOnlySpan<float> plane, int height, int width)
    {
        int rows = height / 2, columns = width / 2;
        float[] halved = new float[rows * columns];
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<float> upper = plane.Slice(2 * y * width, width), lower = plane.Slice(((2 * y) + 1) * width, width);
            for (int x = 0; x < columns; x++)
            {
                halved[(y * columns) + x] = (float)(((double)upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]) / 4);
            }
        }
        return halved;
    }
}
