using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>
/// Deconvolution by expectation maximisation for photon noise (Richardson 1972, Lucy 1974) with a Gaussian point-spread function:
/// u' = u G(x / G(u)), starting with a constant u. After few steps it denoises: the first one gives G(x). The same as
/// <c>skimage.restoration.richardson_lucy</c>, except at the borders: here the plane continues as its mirror image, in scikit-image as
/// zeros.
/// </summary>
public static class RichardsonLucy
{
    /// <summary>Keeps the quotient finite where the plane is dark, as in scikit-image.</summary>
    private const float Least = 1e-12f;

    /// <param name="plane">height x width intensities; values below 0 count as 0.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="sigma">Standard deviation of the point-spread function, pixels.</param>
    /// <param name="iterations">At least 1.</param>
    public static float[] Deconvolve(ReadOnlySpan<float> plane, int height, int width, double sigma, int iterations)
    {
        var blur = new GaussianFilter(sigma);
        float[] estimate = new float[plane.Length];
        Array.Fill(estimate, 0.5f);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            float[] quotient = blur.Apply(estimate, height, width);
            for (int i = 0; i < quotient.Length; i++)
            {
                quotient[i] = Math.Max(plane[i], 0) / (quotient[i] + Least);
            }
            float[] correction = blur.Apply(quotient, height, width);
            for (int i = 0; i < estimate.Length; i++)
            {
                estimate[i] *= correction[i];
            }
        }
        return estimate;
    }
}
