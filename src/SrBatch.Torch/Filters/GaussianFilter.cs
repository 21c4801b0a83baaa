namespace SrBatch.Torch.Filters;

/// <summary>
/// Blurs a plane with a Gaussian that is cut at 4 sigma, as <c>scipy.ndimage.gaussian_filter</c> does by default: beyond a border the plane goes on as its
/// mirror image, the border pixel repeated (d c b a | a b c d | d c b a). Linear, keeps the mean, and is its own adjoint.
/// </summary>
/// <param name="sigma">Standard deviation, pixels; above 0.</param>
public sealed class GaussianFilter(double sigma)
{
    private const double Cut = 4;

    /// <summary>Values.</summary>
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
        // The rows around one, each at its number modulo their number. Were their distance a power of two, they would push each other out of the processor's cache.
        int stride = width + (width % CacheLine == 0 ? CacheLine : 0);
        float[] around = new float[taps * stride], result = new float[plane.Length], row = new float[width + (2 * radius)];
        Span<int> left = new int[radius + 1], right = new int[radius + 1], above = new int[radius + 1], below = new int[radius + 1];
        for (int k = 0; k <= radius; k++)
        {
            (left[k], right[k]) = (radius - k, radius + k);
        }
        for (int y = -radius; y < height + radius; y++)
        {
            plane.Slice(Mirrored(y, height) * width, width).CopyTo(around.AsSpan((y + radius) % taps * stride));
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
                (row[x], row[radius + width + x]) = (down[Mirrored(x - radius, width)], down[Mirrored(width + x, width)]);
            }
            NeighbourSum.Write<float>(result.AsSpan(centre * width, width), row, left, right, _weights);
        }
        return result;
    }

    /// <summary>Where in 0 to below <paramref name="length"/> a pixel beyond the border has its value from, however far out it is.</summary>
    private static int Mirrored(int index, int length)
    {
        int within = ((index % (2 * length)) + (2 * length)) % (2 * length);
        return within < length ? within : (2 * length) - 1 - within;
    }

    private static float[] Weights(double sigma)
    {
        double[] values = [.. Enumerable.Range(0, (int)((Cut * sigma) + 0.5) + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
        double sum = values[0] + (2 * values.Skip(1).Sum());
        // The centre is both neighbours at distance 0 and counts twice.
        values[0] /= 2;
        return [.. values.Select(value => (float)(value / sum))];
    }
}
