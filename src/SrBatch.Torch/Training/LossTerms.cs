using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>The generator's losses of some patches, each a scalar and a mean over them; null: the loss has no such term.</summary>
internal sealed record LossTerms(Tensor Pixel, Tensor? Ssim, Tensor? Adversarial)
{
    /// <param name="options">Which terms there are.</param>
    /// <param name="prediction_B1HW">What the generator made.</param>
    /// <param name="target_B1HW">What it should have made.</param>
    /// <param name="adversary">Judges it; null: it has not joined yet.</param>
    public static LossTerms Of(TrainingOptions options, Tensor prediction_B1HW, Tensor target_B1HW, Adversary? adversary) => new(
        Losses.Pixel(options.PixelTerm(), prediction_B1HW, target_B1HW),
        options.StructureWeight() > 0 ? Losses.Ssim(prediction_B1HW, target_B1HW) : null,
        adversary?.Judge(prediction_B1HW));

    /// <summary>What to descend. Each term is a mean over patches, but the structure loss is a logarithm of one: its slope is that at the mean over all ranks.</summary>
    /// <param name="options">The terms' weights.</param>
    /// <param name="share">What part of the step's patches these are.</param>
    /// <param name="all">Of the whole step.</param>
    public Tensor Weighted(TrainingOptions options, double share, StepLosses all)
    {
        Tensor loss = Pixel.Times(share * options.PixelWeight());
        if (Ssim is not null)
        {
            loss = loss.Plus(Ssim.Times(share * options.StructureWeight() * Losses.StructureSlope(all.Ssim!.Value)));
        }
        return Adversarial is null ? loss : loss.Plus(Adversarial.Times(share));
    }
}
