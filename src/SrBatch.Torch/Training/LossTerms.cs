using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>The generator's losses on some patches, each a scalar and a mean over them; null: the loss has no such term.</summary>
internal sealed record LossTerms(Tensor Pixel, Tensor? Ssim, Tensor? Adversarial)
{
    /// <param name="options">Which terms there are.</param>
    /// <param name="prediction_B1HW">Output of the generator, equal to the target at pixels that do not count.</param>
    /// <param name="target_B1HW">What the output should be.</param>
    /// <param name="adversary">Judges the output; null: it has not joined yet.</param>
    public static LossTerms Of(TrainingOptions options, Tensor prediction_B1HW, Tensor target_B1HW, Adversary? adversary) => new(
        Losses.Pixel(options.PixelTerm(), prediction_B1HW, target_B1HW),
        options.StructureWeight() > 0 ? Losses.Ssim(prediction_B1HW, target_B1HW) : null,
        adversary?.Judge(prediction_B1HW));

    /// <summary>
    /// The value whose gradient is followed. Each term is a mean over patches, but the structure loss is the logarithm of one: its slope is
    /// that at the mean over all ranks.
    /// </summary>
    /// <param name="options">The weights of the terms.</param>
    /// <param name="share">The part of the step's patches that these are.</param>
    /// <param name="all">Losses of the whole step.</param>
    /// <param name="pixelFactor">Makes the pixel term a mean over the pixels that count; 1 if all do.</param>
    public Tensor Weighted(TrainingOptions options, double share, StepLosses all, double pixelFactor)
    {
        Tensor loss = Pixel.Times(share * options.PixelWeight() * pixelFactor);
        if (Ssim is not null)
        {
            loss = loss.Plus(Ssim.Times(share * options.StructureWeight() * Losses.StructureSlope(all.Ssim!.Value)));
        }
        return Adversarial is null ? loss : loss.Plus(Adversarial.Times(share));
    }
}
