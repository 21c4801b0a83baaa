using SrBatch.Core.Manifests;
using SrBatch.Torch.Metrics;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>The terms of the losses; all are scalars, means over batch and pixels.</summary>
internal static class Losses
{
    /// <summary>The discriminator's loss: mean binary cross-entropy of calling targets real and outputs generated.</summary>
    public static Tensor Discriminator(Tensor real_B1, Tensor fake_B1) => CallReal(real_B1).Plus(CallGenerated(fake_B1)).Times(0.5);

    /// <summary>-log D(G(x)).</summary>
    public static Tensor Adversarial(Tensor fake_B1) => CallReal(fake_B1);

    /// <summary>-log((1 + SSIM) / 2), 0 for equal images (Wang et al. 2019).</summary>
    public static double Structure(double ssim) => -Math.Log((1 + ssim) / 2);

    /// <summary>Derivative of <see cref="Structure"/>.</summary>
    public static double StructureSlope(double ssim) => -1 / (1 + ssim);

    public static Tensor Pixel(PixelLoss term, Tensor prediction_B1HW, Tensor target_B1HW) => term == PixelLoss.L1
        ? nn.functional.l1_loss(prediction_B1HW, target_B1HW)
        : nn.functional.mse_loss(prediction_B1HW, target_B1HW);

    /// <summary>Structural similarity of patches whose intensities span 0 to 1.</summary>
    public static Tensor Ssim(Tensor prediction_B1HW, Tensor target_B1HW) =>
        StructuralSimilarity.Mean(prediction_B1HW, target_B1HW, range: 1);

    private static Tensor CallReal(Tensor logits_B1) => nn.functional.logsigmoid(logits_B1).mean().neg();

    private static Tensor CallGenerated(Tensor logits_B1) => nn.functional.logsigmoid(logits_B1.neg()).mean().neg();
}
