namespace SrBatch.Torch.Registration;

/// <summary>The registration of a pair, with measures of its quality.</summary>
public sealed record PairAlignment
{
    public required FrameMap Map { get; init; }
    public required PairFeature Feature { get; init; }

    /// <summary>Whether what is bright in one image is dark in the other.</summary>
    public required bool IsInverted { get; init; }

    /// <summary>Height of the coarse search's peak, standard deviations of its surface.</summary>
    public required double CoarsePeak { get; init; }

    /// <summary>
    /// Pearson correlation of the features at the input's resolution, before moving the target; null when the images do not overlap.
    /// </summary>
    public required double? CorrelationBefore { get; init; }

    /// <summary>The same after moving the target.</summary>
    public required double? CorrelationAfter { get; init; }

    /// <summary>
    /// Median length of the shifts that block matching still finds, frame pixels: error plus measurement noise. Null when no block can be
    /// used.
    /// </summary>
    public required double? ResidualPx { get; init; }

    /// <summary>Share of the blocks with structure in both images that agree with their neighbours.</summary>
    public required double UsableShare { get; init; }
}
