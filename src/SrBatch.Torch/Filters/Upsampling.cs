using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Filters;

/// <summary>Brings planes to a finer grid without a network.</summary>
public static class Upsampling
{
    /// <summary>Bicubic interpolation of one plane to the target's grid: what the network is compared with. Pixel centres are aligned as a camera's binning has them.</summary>
    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">1 returns the plane itself.</param>
    public static float[] Bicubic(float[] plane, int height, int width, int scale)
    {
        if (scale == 1)
        {
            return plane;
        }
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor fine = nn.functional.interpolate(tensor(plane, [1, 1, height, width]), scale_factor: [scale, scale], mode: InterpolationMode.Bicubic, align_corners: false);
        return LibTorch.Values(fine.contiguous()).ToArray();
    }
}
