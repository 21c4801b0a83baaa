namespace SrBatch.Core.Training;

/// <summary>Losses of one training step before it changed the weights; null: a term that the loss or the step does not have.</summary>
/// <param name="Generator">The weighted sum that the generator minimises.</param>
/// <param name="Discriminator">Mean binary cross-entropy; ln 2 if it cannot tell real from generated.</param>
/// <param name="Adversarial">-log D(G(x)).</param>
/// <param name="Pixel">The pixel term without its weight.</param>
/// <param name="Ssim">Structural similarity, -1 to 1.</param>
public readonly record struct StepLosses(double Generator, double? Discriminator, double? Adversarial, double Pixel, double? Ssim);
