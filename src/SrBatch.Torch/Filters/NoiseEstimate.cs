using System.Runtime.InteropServices;

namespace SrBatch.Torch.Filters;

/// <summary>
/// Estimates the standard deviation of a plane's noise: the median absolute value of the finest diagonal coefficients of its Daubechies-2
/// wavelet transform, divided by that of a standard normal variable (Donoho and Johnstone 1994). The same as
/// <c>skimage.restoration.estimate_sigma</c>.
/// </summary>
public static class NoiseEstimate
{
    /// <summary>Median absolute value of a standard normal variable.</summary>
    private const double NormalMedian = 0.6744897501960817;

    private static readonly float[] HighPass = [-0.48296291314469025f, 0.836516303737469f, -0.22414386804185735f, -0.12940952255092145f];

    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The standard deviation in units of the intensities; 0 for a plane without detail.</returns>
    public static float Sigma(ReadOnlySpan<float> plane, int height, int width)
    {
        int rows = Coefficients(height), columns = Coefficients(width);
        float[] line = new float[width];
        var sizes = new List<float>(rows * columns);
        for (int row = 0; row < rows; row++)
        {
            line.AsSpan().Clear();
            for (int tap = 0; tap < HighPass.Length; tap++)
            {
                ReadOnlySpan<float> source = plane.Slice(Mirror.Symmetric((2 * row) + 1 - tap, height) * width, width);
                for (int x = 0; x < width; x++)
                {
                    line[x] += HighPass[tap] * source[x];
                }
            }
            for (int column = 0; column < columns; column++)
            {
                float detail = 0;
                for (int tap = 0; tap < HighPass.Length; tap++)
                {
                    detail += HighPass[tap] * line[Mirror.Symmetric((2 * column) + 1 - tap, width)];
                }
                // Exact zeros come from a camera's mask or a border of zeros.
                if (detail != 0)
                {
                    sizes.Add(Math.Abs(detail));
                }
            }
        }
        return sizes.Count == 0 ? 0 : (float)(Median(sizes) / NormalMedian);
    }

    private static int Coefficients(int length) => (length + HighPass.Length - 1) / 2;

    private static double Median(List<float> list)
    {
        Span<float> values = CollectionsMarshal.AsSpan(list);
        int upper = values.Length / 2;
        double high = Select(values, upper);
        if (values.Length % 2 == 1)
        {
            return high;
        }
        // The other middle value is the greatest of those below.
        float low = values[0];
        foreach (float value in values[..upper])
        {
            low = Math.Max(low, value);
        }
        return (low + high) / 2;
    }

    /// <summary>
    /// Finds the value that sorting would put at a place, by Hoare's selection, which takes a fifth of the time of sorting. Reorders the
    /// values so that those before the place are no greater.
    /// </summary>
    private static float Select(Span<float> values, int place)
    {
        (int low, int high) = (0, values.Length - 1);
        while (low < high)
        {
            float pivot = values[low + ((high - low) / 2)];
            (int i, int j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }
                while (values[j] > pivot)
                {
                    j--;
                }
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            (low, high) = place <= j ? (low, j) : place >= i ? (i, high) : (place, place);
        }
        return values[place];
    }
}
