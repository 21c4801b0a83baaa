using System.Numerics;
using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>
/// Replaces each pixel by a mean of the pixels around it, weighted by the similarity of their patches (Buades et al. 2005): exp(-d^2 /
/// h^2), where d^2 is the mean squared difference of the patches minus twice the noise's variance. Works on one shift of the plane
/// against itself after the other (Darbon et al. 2008), in the same way as <c>skimage.restoration.denoise_nl_means(patch_size=5,
/// patch_distance=6, fast_mode=True)</c>, which sums over patches of 4 x 4 pixels and divides by 5 x 5.
/// </summary>
public static class NonLocalMeans
{
    private const int Patch = 5, Reach = 6, Before = 1, After = 2;

    /// <summary>A weight of exp(-x) is 0 for x above this.</summary>
    private const float MostDistance = 5;

    /// <summary>Width of the border around the plane, pixels: the farthest that a shifted patch reaches.</summary>
    private const int Margin = Reach + After;

    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="h">Difference of patches, in units of the intensities, at which the weight is 1/e; 0 returns the plane.</param>
    /// <param name="sigma">Standard deviation of the noise, in the same units.</param>
    public static float[] Denoise(ReadOnlySpan<float> plane, int height, int width, double h, double sigma)
    {
        if (h <= 0)
        {
            return plane.ToArray();
        }
        // Columns are processed in whole vectors. The last one may write beyond the plane, into the margin or into unused space.
        int rows = height + (2 * Margin), stride = width + (2 * Margin) + Reach + After + Vector<float>.Count;
        float[] padded = Pad(plane, height, width, rows, stride);
        var totals = new Totals((float[])padded.Clone(), new float[padded.Length]);
        Array.Fill(totals.Weights, 1); // the weight of the pixel itself
        float[] differences = new float[padded.Length];
        float scale = (float)(-1 / (h * h * Patch * Patch)), noise = (float)(2 * sigma * sigma);
        for (int down = -Reach; down <= Reach; down++)
        {
            // Each pair of pixels is visited once, for both of them.
            for (int right = down > 0 ? 0 : 1; right <= Reach; right++)
            {
                int shift = (down * stride) + right, firstRow = Math.Max(0, -down), endRow = Math.Min(rows, rows - down);
                for (int i = firstRow * stride, last = (endRow * stride) - Reach - Vector<float>.Count; i <= last; i += Vector<float>.Count)
                {
                    Vector<float> difference = new Vector<float>(padded, i) - new Vector<float>(padded, i + shift);
                    ((difference * difference) - new Vector<float>(noise)).CopyTo(differences, i);
                }
                for (int row = firstRow + Before; row < endRow - After; row++)
                {
                    int first = (row * stride) + Before, end = (row * stride) + width + (2 * Margin) - After;
                    AddRow(padded, totals, differences, first, end, new Shift(shift, stride, scale));
                }
            }
        }
        float[] result = new float[plane.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0, i = ((y + Margin) * stride) + Margin; x < width; x++, i++)
            {
                result[(y * width) + x] = totals.Sums[i] / totals.Weights[i];
            }
        }
        return result;
    }

    /// <summary>Adds the pairs whose first pixel is one from <paramref name="first"/> to below <paramref name="end"/>.</summary>
    private static void AddRow(float[] padded, Totals totals, float[] differences, int first, int end, Shift by)
    {
        for (int i = first; i < end; i += Vector<float>.Count)
        {
            Vector<float> distance = Vector<float>.Zero;
            for (int dy = -Before; dy <= After; dy++)
            {
                for (int dx = -Before; dx <= After; dx++)
                {
                    distance += new Vector<float>(differences, i + (dy * by.Stride) + dx);
                }
            }
            Vector<float> exponent = Vector.Min(distance * by.Scale, Vector<float>.Zero);
            Vector<int> isFar = Vector.LessThan(exponent, new Vector<float>(-MostDistance));
            Vector<float> weight = Vector.ConditionalSelect(isFar, Vector<float>.Zero, Vector.Exp(exponent));
            Add(totals.Weights, i, weight);
            Add(totals.Weights, i + by.Values, weight);
            Add(totals.Sums, i, weight * new Vector<float>(padded, i + by.Values));
            Add(totals.Sums, i + by.Values, weight * new Vector<float>(padded, i));
        }
    }

    private static void Add(float[] sums, int i, Vector<float> values) => (new Vector<float>(sums, i) + values).CopyTo(sums, i);

    /// <summary>Puts a border around the plane, as in <see cref="Mirror.Reflected"/>.</summary>
    private static float[] Pad(ReadOnlySpan<float> plane, int height, int width, int rows, int stride)
    {
        float[] padded = new float[rows * stride];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> source = plane.Slice(Mirror.Reflected(row - Margin, height) * width, width);
            for (int column = 0; column < width + (2 * Margin); column++)
            {
                padded[(row * stride) + column] = source[Mirror.Reflected(column - Margin, width)];
            }
        }
        return padded;
    }

    /// <summary>Weighted sums of values, and sums of weights, of each pixel of the padded plane.</summary>
    private readonly record struct Totals(float[] Sums, float[] Weights);

    /// <summary>One shift of the plane against itself.</summary>
    /// <param name="Values">Distance of the two pixels in the padded plane.</param>
    /// <param name="Stride">Distance of neighbouring rows.</param>
    /// <param name="Scale">From a patch's sum of squared differences to the weight's exponent.</param>
    private readonly record struct Shift(int Values, int Stride, float Scale);
}
