namespace SrBatch.Torch.Metrics;

/// <summary>
/// Powers of two spectra and their product, summed over rings of equal width in Fourier space. Ring i holds the frequencies nearest to i /
/// rings of the Nyquist frequency; rings above that number hold the spectrum's corners. The mean is left out.
/// </summary>
internal sealed class RingSums
{
    private RingSums(int count) => (Cross, PowerA, PowerB) = (new double[count], new double[count], new double[count]);

    /// <summary>Re(a b*).</summary>
    public double[] Cross { get; }

    /// <summary>|a|^2.</summary>
    public double[] PowerA { get; }

    /// <summary>|b|^2.</summary>
    public double[] PowerB { get; }

    /// <param name="a">A spectrum.</param>
    /// <param name="b">Of a plane of the same size; null: of the same plane with every amplitude 1, or 0 where there is none.</param>
    /// <param name="rings">To the Nyquist frequency.</param>
    internal static RingSums Of(PlaneSpectrum a, PlaneSpectrum? b, int rings)
    {
        var sums = new RingSums((int)(rings * Math.Sqrt(2)) + 2);
        int height = a.Height, width = a.Width, columns = (width / 2) + 1;
        double perRow = 2.0 * rings / height, perColumn = 2.0 * rings / width;
        ReadOnlySpan<float> valuesA = a.Values, valuesB = b is null ? [] : b.Values;
        for (int y = 0; y < height; y++)
        {
            double down = Math.Min(y, height - y) * perRow;
            ReadOnlySpan<float> rowA = valuesA.Slice(2 * y * columns, 2 * columns);
            ReadOnlySpan<float> rowB = b is null ? [] : valuesB.Slice(2 * y * columns, 2 * columns);
            for (int x = y == 0 ? 1 : 0; x < columns; x++)
            {
                double along = x * perColumn;
                int ring = (int)(Math.Sqrt((down * down) + (along * along)) + 0.5);
                // All columns but the first and, for even widths, the last stand for their mirror image too.
                double weight = x == 0 || 2 * x == width ? 1 : 2;
                double realA = rowA[2 * x], imaginaryA = rowA[(2 * x) + 1], powerA = (realA * realA) + (imaginaryA * imaginaryA);
                sums.PowerA[ring] += weight * powerA;
                if (b is null)
                {
                    sums.Cross[ring] += weight * Math.Sqrt(powerA);
                    sums.PowerB[ring] += powerA > 0 ? weight : 0;
                    continue;
                }
                double realB = rowB[2 * x], imaginaryB = rowB[(2 * x) + 1];
                sums.Cross[ring] += weight * ((realA * realB) + (imaginaryA * imaginaryB));
                sums.PowerB[ring] += weight * ((realB * realB) + (imaginaryB * imaginaryB));
            }
        }
        return sums;
    }
}
