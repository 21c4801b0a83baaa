using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>The generator's losses of some patches, each a scalar and a mean over them; null: the loss has no such term.</summary>
internal sealed record LossTerms(Tensor Pixel, Tensor? Ssim, Tensor? Adversarial);
