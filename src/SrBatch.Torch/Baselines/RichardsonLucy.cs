using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>
/// Deconvolution by expectation maximisation for photon noise (Richardson 1972, Lucy 1974) with a Gaussian point-spread function:
/// u' = u G(x / G(u)), begun with a flat u. Stopped after few steps it denoises: the first gives G(x).
/// <c>skimage.restoration.richardson_lucy</c> on a plane that goes on as its mirror image; scikit-image itself lets the plane end in darkness.
/// </summary>
public static class RichardsonLucy
{
    /// <summary>Keeps the quotient finite where nothing shines, as in scikit-image.</summary>
    private const float Least = 1e-12f;

    /// <param name="plane">height x width intensities; values below 0, which no photons make, count as 0.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="sigma">Of the point-spread function, pixels.</param>
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
