using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>What classical methods are given: a plane at the target's grid.</summary>
/// <param name="Values">Height x Width, normalised so that parameters carry over from image to image.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="NoiseSigma">Standard deviation of the noise before the plane was brought to this grid: interpolated noise is smooth, and no longer seen as such.</param>
public sealed record BaselinePlane(float[] Values, int Height, int Width, float NoiseSigma)
{
    /// <param name="input">height x width values, normalised, all finite.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Bicubic interpolation brings it to so many times the rows and columns.</param>
    public static BaselinePlane Upsampled(float[] input, int height, int width, int scale) =>
        new(Upsampling.Bicubic(input, height, width, scale), height * scale, width * scale, NoiseEstimate.Sigma(input, height, width));
}
