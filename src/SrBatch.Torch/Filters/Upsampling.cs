using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Filters;

/// <summary>Interpolates planes to a finer grid, without a network.</summary>
public static class Upsampling
{
    /// <summary>
    /// Interpolates one plane bicubically; networks are compared with the result. A coarse pixel covers exactly scale x scale fine
    /// pixels, as in a camera's binning.
    /// </summary>
    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Fine pixels per pixel along each axis; 1 returns the plane itself.</param>
    public static float[] Bicubic(float[] plane, int height, int width, int scale)
    {
        if (scale == 1)
        {
            return plane;
        }
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor coarse = tensor(plane, [1, 1, height, width]);
        Tensor fine = nn.functional.interpolate(
            coarse, scale_factor: [scale, scale], mode: InterpolationMode.Bicubic, align_corners: false);
        return LibTorch.Values(fine.contiguous()).ToArray();
    }
}
