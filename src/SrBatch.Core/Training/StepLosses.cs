namespace SrBatch.Core.Training;

/// <summary>What one training step measured before it changed the weights. Terms that the loss does not have, or that this step did not compute, are null.</summary>
/// <param name="Generator">The weighted sum that the generator descends.</param>
/// <param name="Discriminator">Mean binary cross-entropy; ln 2 when it cannot tell real from generated.</param>
/// <param name="Adversarial">-log D(G(x)).</param>
/// <param name="Pixel">The pixel term without its weight.</param>
/// <param name="Ssim">Structural similarity, -1 to 1.</param>
public readonly record struct StepLosses(double Generator, double? Discriminator, double? Adversarial, double Pixel, double? Ssim);
