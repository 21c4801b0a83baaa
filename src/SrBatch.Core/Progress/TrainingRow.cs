namespace SrBatch.Core.Progress;

/// <summary>
/// One row of <c>training.parquet</c>, for a logging step. Losses are means over the steps since the row before. Column names are the
/// property names in snake case.
/// </summary>
public sealed record TrainingRow
{
    /// <summary>Steps done, 1-based.</summary>
    public required int Step { get; init; }
    public required double GeneratorLoss { get; init; }

    /// <summary>Null if the loss has no discriminator.</summary>
    public double? DiscriminatorLoss { get; init; }
    public double? AdversarialLoss { get; init; }
    public double? PixelLoss { get; init; }

    /// <summary>SSIM of the training patches, 0 to 1; null for losses without it.</summary>
    public double? PatchSsim { get; init; }
    public required double LearningRate { get; init; }

    /// <summary>Mean over the validation planes; null on steps without validation.</summary>
    public double? ValidationPsnrDb { get; init; }
    public double? ValidationSsim { get; init; }

    /// <summary>Wall time since this attempt began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Patches a second since the row before.</summary>
    public required double ImagesPerSecond { get; init; }
}
