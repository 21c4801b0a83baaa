namespace SrBatch.Torch.Registration;

/// <summary>Where two images agree best at low resolution.</summary>
/// <param name="Map">From the frame to the target.</param>
/// <param name="Peak">Height of the correlation's peak in standard deviations of the whole surface.</param>
/// <param name="Feature">What showed it.</param>
/// <param name="IsInverted">Bright in one is dark in the other.</param>
internal sealed record CoarseMatch(AffineMap Map, double Peak, PairFeature Feature, bool IsInverted);
