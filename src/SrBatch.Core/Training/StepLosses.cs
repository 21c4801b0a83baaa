namespace SrBatch.Core.Training;

/// <summary>What one training step measured before it changed the weights. Terms that the loss does not have are null.</summary>
public readonly record struct StepLosses(double Generator, double? Discriminator, double? Adversarial, double? Pixel, double? Ssim);
