namespace SrBatch.Torch.Registration;

/// <summary>The best match of two images at low resolution.</summary>
/// <param name="Map">Map from the frame to the target.</param>
/// <param name="Peak">Height of the correlation's peak in standard deviations of the whole surface.</param>
/// <param name="Feature">The feature that was compared.</param>
/// <param name="IsInverted">Whether what is bright in one image is dark in the other.</param>
internal sealed record CoarseMatch(AffineMap Map, double Peak, PairFeature Feature, bool IsInverted);
