using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// SSIM in the form of Wang et al. 2004: Gaussian window, sigma 1.5, 11 taps, population covariance, K1 = 0.01, K2 = 0.03.
/// </summary>
internal static class StructuralSimilarity
{
    /// <summary>Pixels at each border where the window would leave the image; they are not part of the mean.</summary>
    public const int Border = 5;
    private const int Maps = 5;
    public const double K1 = 0.01, K2 = 0.03;
    private const double Sigma = 1.5;

    /// <summary>Mean over batch and inner pixels; differentiable.</summary>
    /// <param name="a_B1HW">Images of at least 11 x 11 pixels, float32 or float64.</param>
    /// <param name="b_B1HW">As many of the same size and type.</param>
    /// <param name="range">Span of the intensities.</param>
    /// <returns>A scalar, -1 to 1.</returns>
    public static Tensor Mean(Tensor a_B1HW, Tensor b_B1HW, double range)
    {
        using var scope = NewDisposeScope();
        double c1 = K1 * range * (K1 * range), c2 = K2 * range * (K2 * range);
        Tensor window = tensor(Weights(), dtype: a_B1HW.dtype, device: a_B1HW.device);
        Tensor column = window.view(1, 1, -1, 1).expand(Maps, 1, -1, 1).contiguous();
        Tensor row = window.view(1, 1, 1, -1).expand(Maps, 1, 1, -1).contiguous();
        // One convolution over the five images whose local means SSIM needs, each its own channel, channels-last: oneDNN has no fast kernel
        // for one channel alone, and in a virtual machine that hides the processor's caches a wrong one (docs/adr/0022).
        Tensor a_BHW = a_B1HW.squeeze(1), b_BHW = b_B1HW.squeeze(1);
        Tensor maps_BMHW = stack([a_BHW, b_BHW, a_BHW * a_BHW, b_BHW * b_BHW, a_BHW * b_BHW], -1).permute(0, 3, 1, 2);
        Tensor[] means = nn.functional.conv2d(nn.functional.conv2d(maps_BMHW, column, groups: Maps), row, groups: Maps).split(1, 1);
        Tensor meanA = means[0], meanB = means[1];
        Tensor varianceA = means[2] - (meanA * meanA), varianceB = means[3] - (meanB * meanB), covariance = means[4] - (meanA * meanB);
        Tensor likeness = (meanA * meanB).Times(2).Plus(c1) * covariance.Times(2).Plus(c2);
        Tensor ssim = likeness / ((meanA * meanA).Plus(meanB * meanB).Plus(c1) * varianceA.Plus(varianceB).Plus(c2));
        return ssim.mean().MoveToOuterDisposeScope();
    }

    /// <summary>The window along one axis; sums to 1.</summary>
    public static double[] Weights()
    {
        double[] weights = [.. Enumerable.Range(-Border, (2 * Border) + 1).Select(i => Math.Exp(-i * i / (2 * Sigma * Sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
