using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>
/// Gaussian averages at given places, as a product of matrices: rows x image x columns. Smoothing, reducing and the moments of all blocks
/// of an image are the same operation, and matrix products are fast on a CPU.
/// </summary>
internal static class SeparableWindows
{
    /// <summary>End of a window, standard deviations.</summary>
    private const double Reach = 3;

    /// <returns>One row of weights for each centre; float32, centres x length.</returns>
    public static Tensor Gaussian(IReadOnlyList<double> centres, int length, double sigma, bool isNormalised)
    {
        float[] weights = new float[centres.Count * length];
        for (int k = 0; k < centres.Count; k++)
        {
            int first = Math.Max(0, (int)Math.Ceiling(centres[k] - (Reach * sigma)));
            int last = Math.Min(length - 1, (int)Math.Floor(centres[k] + (Reach * sigma)));
            Span<float> row = weights.AsSpan(k * length, length);
            double sum = 0;
            for (int i = first; i <= last; i++)
            {
                double distance = (i - centres[k]) / sigma, weight = Math.Exp(-distance * distance / 2);
                row[i] = (float)weight;
                sum += weight;
            }
            for (int i = first; isNormalised && i <= last; i++)
            {
                row[i] = (float)(row[i] / sum);
            }
        }
        return tensor(weights, [centres.Count, length]);
    }

    /// <summary>
    /// Low-passes images and samples them at the centres of factor x factor pixels. Rows and columns left over at the end are dropped.
    /// </summary>
    /// <param name="x_BHW">float32.</param>
    /// <param name="factor">At least 1.</param>
    /// <param name="sigma">Standard deviation of the low-pass, pixels of <paramref name="x_BHW"/>; above 0.</param>
    public static Tensor Reduce(Tensor x_BHW, int factor, double sigma)
    {
        using var scope = NewDisposeScope();
        Tensor rows_KH = Gaussian(Centres(x_BHW.shape[1], factor), (int)x_BHW.shape[1], sigma, isNormalised: true);
        Tensor columns_LW = Gaussian(Centres(x_BHW.shape[2], factor), (int)x_BHW.shape[2], sigma, isNormalised: true);
        return Apply(rows_KH, x_BHW, columns_LW).MoveToOuterDisposeScope();
    }

    public static Tensor Apply(Tensor rows_KH, Tensor x_BHW, Tensor columns_LW)
    {
        using var scope = NewDisposeScope();
        return rows_KH.matmul(x_BHW).matmul(columns_LW.t()).MoveToOuterDisposeScope();
    }

    /// <summary>Subtracts the Gaussian average, which removes structure coarser than <paramref name="sigma"/> pixels.</summary>
    public static Tensor HighPass(Tensor x_BHW, double sigma)
    {
        using var scope = NewDisposeScope();
        return x_BHW.Plus(Reduce(x_BHW, 1, sigma).Times(-1)).MoveToOuterDisposeScope();
    }

    private static double[] Centres(long length, int factor) =>
        [.. Enumerable.Range(0, (int)length / factor).Select(k => ((k + 0.5) * factor) - 0.5)];
}
