namespace SrBatch.Torch.Registration;

/// <summary>How a pair was brought together, and how well.</summary>
public sealed record PairAlignment
{
    public required FrameMap Map { get; init; }
    public required PairFeature Feature { get; init; }

    /// <summary>Bright in one image is dark in the other.</summary>
    public required bool IsInverted { get; init; }

    /// <summary>Height of the coarse search's peak, standard deviations of its surface.</summary>
    public required double CoarsePeak { get; init; }

    /// <summary>Pearson's correlation of the features at the input's resolution, target where the manifest says it is; null when they nowhere meet.</summary>
    public required double? CorrelationBefore { get; init; }

    /// <summary>The same with the target moved.</summary>
    public required double? CorrelationAfter { get; init; }

    /// <summary>Median of what block matching would still move, frame pixels: error and noise of the measurement together; null when no block can be used.</summary>
    public required double? ResidualPx { get; init; }

    /// <summary>Blocks with structure in both images that agree with their neighbours, of all.</summary>
    public required double UsableShare { get; init; }
}
