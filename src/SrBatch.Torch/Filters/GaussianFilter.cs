namespace SrBatch.Torch.Filters;

/// <summary>
/// Blurs a plane with a Gaussian that ends at 4 sigma, in the same way as <c>scipy.ndimage.gaussian_filter</c> by default: beyond its
/// borders the plane continues as in <see cref="Mirror.Symmetric"/>. The filter is linear, keeps the mean, and is its own adjoint.
/// </summary>
/// <param name="sigma">Standard deviation, pixels; above 0.</param>
public sealed class GaussianFilter(double sigma)
{
    /// <summary>End of the Gaussian, standard deviations.</summary>
    private const double Cut = 4;

    /// <summary>Float values in a cache line.</summary>
    private const int CacheLine = 16;

    /// <summary>Weights at distance 0, 1, ... from the centre.</summary>
    private readonly float[] _weights = Weights(sigma);

    /// <param name="plane">height x width values, row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>A new plane.</returns>
    public float[] Apply(ReadOnlySpan<float> plane, int height, int width)
    {
        int radius = _weights.Length - 1, taps = (2 * radius) + 1;
        // Holds the rows around the present one, row y at place y modulo taps. If their distance were a power of two, they would evict
        // each other from the processor's cache.
        int stride = width + (width % CacheLine == 0 ? CacheLine : 0);
        float[] around = new float[taps * stride], result = new float[plane.Length], row = new float[width + (2 * radius)];
        Span<int> left = new int[radius + 1], right = new int[radius + 1];
        Span<int> above = new int[radius + 1], below = new int[radius + 1];
        for (int k = 0; k <= radius; k++)
        {
            (left[k], right[k]) = (radius - k, radius + k);
        }
        for (int y = -radius; y < height + radius; y++)
        {
            plane.Slice(Mirror.Symmetric(y, height) * width, width).CopyTo(around.AsSpan((y + radius) % taps * stride));
            int centre = y - radius;
            if (centre < 0)
            {
                continue;
            }
            for (int k = 0; k <= radius; k++)
            {
                (above[k], below[k]) = ((centre - k + radius) % taps * stride, (centre + k + radius) % taps * stride);
            }
            Span<float> down = row.AsSpan(radius, width);
            NeighbourSum.Write<float>(down, around, above, below, _weights);
            for (int x = 0; x < radius; x++)
            {
                row[x] = down[Mirror.Symmetric(x - radius, width)];
                row[radius + width + x] = down[Mirror.Symmetric(width + x, width)];
            }
            NeighbourSum.Write<float>(result.AsSpan(centre * width, width), row, left, right, _weights);
        }
        return result;
    }

    private static float[] Weights(double sigma)
    {
        int radius = (int)((Cut * sigma) + 0.5);
        double[] values = [.. Enumerable.Range(0, radius + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
        double sum = values[0] + (2 * values.Skip(1).Sum());
        // NeighbourSum adds the centre twice, as both neighbours at distance 0.
        values[0] /= 2;
        return [.. values.Select(value => (float)(value / sum))];
    }
}
