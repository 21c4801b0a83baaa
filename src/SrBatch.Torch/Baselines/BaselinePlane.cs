using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>The input of classical methods: a plane on the target's grid.</summary>
/// <param name="Values">Height x Width values, normalised so that the same parameters suit different images.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="NoiseSigma">
/// Standard deviation of the noise, estimated before interpolation: interpolated noise is smooth and would be underestimated.
/// </param>
public sealed record BaselinePlane(float[] Values, int Height, int Width, float NoiseSigma)
{
    /// <param name="input">height x width values, normalised, all finite.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Factor of the bicubic interpolation, along each axis.</param>
    public static BaselinePlane Upsampled(float[] input, int height, int width, int scale) =>
        new(Upsampling.Bicubic(input, height, width, scale), height * scale, width * scale, NoiseEstimate.Sigma(input, height, width));
}
