using System.Numerics;

namespace SrBatch.Torch.Baselines;

/// <summary>
/// Every pixel becomes a mean of those around it, weighted by how alike their patches are (Buades et al. 2005): exp(-d^2 / h^2), d^2 the mean squared
/// difference of the patches less twice the noise's variance. One shift of the plane against itself after the other (Darbon et al. 2008), as
/// <c>skimage.restoration.denoise_nl_means(patch_size=5, patch_distance=6, fast_mode=True)</c>, whose patches are summed over 4 x 4 pixels and divided by 5 x 5.
/// </summary>
public static class NonLocalMeans
{
    private const int Patch = 5, Reach = 6, Before = 1, After = 2;

    /// <summary>Beyond it a weight is 0.</summary>
    private const float MostDistance = 5;

    /// <summary>Pixels around the plane from which patches of shifted pixels may take values.</summary>
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
        // Columns are done in whole vectors. What the last one does beyond the plane falls into the margin, or into room that nobody reads.
        int rows = height + (2 * Margin), stride = width + (2 * Margin) + Reach + After + Vector<float>.Count;
        float[] padded = Pad(plane, height, width, rows, stride), sums = (float[])padded.Clone(), weights = new float[sums.Length], differences = new float[sums.Length];
        Array.Fill(weights, 1); // of the pixel itself
        float scale = (float)(-1 / (h * h * Patch * Patch)), noise = (float)(2 * sigma * sigma);
        for (int down = -Reach; down <= Reach; down++)
        {
            // A pair of pixels is met once and serves both.
            for (int right = down > 0 ? 0 : 1; right <= Reach; right++)
            {
                int shift = (down * stride) + right, firstRow = Math.Max(0, -down), endRow = Math.Min(rows, rows - down);
                for (int i = firstRow * stride, end = (endRow * stride) - Reach - Vector<float>.Count; i <= end; i += Vector<float>.Count)
                {
                    Vector<float> difference = new Vector<float>(padded, i) - new Vector<float>(padded, i + shift);
                    ((difference * difference) - new Vector<float>(noise)).CopyTo(differences, i);
                }
                for (int row = firstRow + Before; row < endRow - After; row++)
                {
                    AddRow(padded, sums, weights, differences, row, width, stride, shift, scale);
                }
            }
        }
        float[] result = new float[plane.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0, i = ((y + Margin) * stride) + Margin; x < width; x++, i++)
            {
                result[(y * width) + x] = sums[i] / weights[i];
            }
        }
        return result;
    }

    /// <summary>The pairs whose first pixel is in <paramref name="row"/> and whose second lies <paramref name="shift"/> values further on.</summary>
    private static void AddRow(float[] padded, float[] sums, float[] weights, float[] differences, int row, int width, int stride, int shift, float scale)
    {
        for (int i = (row * stride) + Before, end = (row * stride) + width + (2 * Margin) - After; i < end; i += Vector<float>.Count)
        {
            Vector<float> distance = Vector<float>.Zero;
            for (int dy = -Before; dy <= After; dy++)
            {
                for (int dx = -Before; dx <= After; dx++)
                {
                    distance += new Vector<float>(differences, i + (dy * stride) + dx);
                }
            }
            Vector<float> exponent = Vector.Min(distance * scale, Vector<float>.Zero);
            Vector<float> weight = Vector.ConditionalSelect(Vector.LessThan(exponent, new Vector<float>(-MostDistance)), Vector<float>.Zero, Vector.Exp(exponent));
            Add(weights, i, weight);
            Add(weights, i + shift, weight);
            Add(sums, i, weight * new Vector<float>(padded, i + shift));
            Add(sums, i + shift, weight * new Vector<float>(padded, i));
        }
    }

    private static void Add(float[] sums, int i, Vector<float> values) => (new Vector<float>(sums, i) + values).CopyTo(sums, i);

    /// <summary>The plane with its mirror images around it, the border pixel not repeated (d c b | a b c d | c b a): numpy's "reflect".</summary>
    private static float[] Pad(ReadOnlySpan<float> plane, int height, int width, int rows, int stride)
    {
        float[] padded = new float[rows * stride];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> source = plane.Slice(Mirrored(row - Margin, height) * width, width);
            for (int column = 0; column < width + (2 * Margin); column++)
            {
                padded[(row * stride) + column] = source[Mirrored(column - Margin, width)];
            }
        }
        return padded;
    }

    private static int Mirrored(int index, int length)
    {
        if (length == 1)
        {
            return 0;
        }
        int period = 2 * (length - 1), within = ((index % period) + period) % period;
        return within < length ? within : period - within;
    }
}
