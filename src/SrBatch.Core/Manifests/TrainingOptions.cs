namespace SrBatch.Core.Manifests;

/// <summary>How the networks are trained; manifest key <c>training</c>.</summary>
public sealed record TrainingOptions
{
    public int Steps { get; init; } = 20000;

    /// <summary>Patches per step.</summary>
    public int Batch { get; init; } = 12;

    /// <summary>Side of a square patch, target pixels; a multiple of 16 times the scale.</summary>
    public int Patch { get; init; } = 64;

    /// <summary>Share of the patches, 0 to 1, drawn in proportion to the structure in the target. The others are drawn uniformly.</summary>
    public double Structure { get; init; } = 0.5;
    public LossKind Loss { get; init; } = LossKind.Gan;

    /// <summary>
    /// Pixel term of the gan loss; <c>l1</c> by default (Wang et al. 2019 use <c>mse</c>). Must be null for the other losses.
    /// </summary>
    public PixelLoss? PixelLoss { get; init; }

    /// <summary>
    /// Weight of the pixel term. Null: in the gan loss 100 for l1 and 500 for mse, where the adversarial term has weight 1; in the other
    /// losses 1.
    /// </summary>
    public double? Lambda { get; init; }

    /// <summary>Weight of the structural similarity term. Null: 1 in the gan loss, 0 in the others.</summary>
    public double? Nu { get; init; }

    /// <summary>Generator updates per discriminator update.</summary>
    public int DiscriminatorEvery { get; init; } = 3;

    /// <summary>Number of initial steps without the discriminator and the adversarial term. Null: a tenth of <see cref="Steps"/>.</summary>
    public int? DiscriminatorStart { get; init; }

    /// <summary>Highest learning rate (Adam) of the generator.</summary>
    public double LearningRate { get; init; } = 1e-3;
    public double DiscriminatorLearningRate { get; init; } = 1e-4;
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

    /// <summary>
    /// The plateau schedule multiplies the rates by <see cref="PlateauFactor"/> after this many validations without a better score.
    /// </summary>
    public int PlateauPatience { get; init; } = 3;
    public double PlateauFactor { get; init; } = 0.5;

    /// <summary>
    /// Training ends after this many validations without a better score, and the best weights become the model. 0: never.
    /// </summary>
    public int Patience { get; init; }

    /// <summary>
    /// Largest Euclidean norm of the gradient over all parameters of a network; larger ones are scaled down to it. 0: no limit.
    /// </summary>
    public double GradientClip { get; init; }

    /// <summary>
    /// Decay per step of the exponential moving average of the generator's weights, 0 to below 1. The averaged weights become the model.
    /// </summary>
    public double EmaDecay { get; init; } = 0.995;

    /// <summary>Percentile of an image's values that becomes 0 for the network; <see cref="PercentileHigh"/> becomes 1.</summary>
    public double PercentileLow { get; init; } = 0.1;
    public double PercentileHigh { get; init; } = 99.9;
    public TargetIntensity TargetIntensity { get; init; } = TargetIntensity.Regressed;
    public int CheckpointEvery { get; init; } = 500;
    public int LogEvery { get; init; } = 50;

    /// <summary>Steps between two validations.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>All random numbers of step s are a function of the seed and s.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The pixel term of the chosen loss.</summary>
    public PixelLoss PixelTerm() => Loss switch
    {
        LossKind.L1 => Manifests.PixelLoss.L1,
        LossKind.Mse => Manifests.PixelLoss.Mse,
        _ => PixelLoss ?? Manifests.PixelLoss.L1,
    };

    public double PixelWeight() => Lambda ?? (Loss != LossKind.Gan ? 1 : PixelTerm() == Manifests.PixelLoss.L1 ? 100 : 500);

    public double StructureWeight() => Nu ?? (Loss == LossKind.Gan ? 1 : 0);

    /// <summary>The last step without the discriminator.</summary>
    public int LastStepWithoutDiscriminator() => DiscriminatorStart ?? Steps / 10;

    /// <param name="scale">
    /// The model's scale. The input patch is this many times smaller than the target patch; its side must be a multiple of 16.
    /// </param>
    public IEnumerable<string> Problems(int scale)
    {
        foreach ((string key, long value, long least, long most) in new (string, long, long, long)[]
        {
            ("steps", Steps, 1, 100_000_000),
            ("batch", Batch, 1, 4096),
            ("patch", Patch, 32, 2048),
            ("checkpointEvery", CheckpointEvery, 1, 1_000_000),
            ("logEvery", LogEvery, 1, 1_000_000),
            ("validateEvery", ValidateEvery, 1, 1_000_000),
            ("discriminatorEvery", DiscriminatorEvery, 1, 1000),
            ("discriminatorStart", DiscriminatorStart ?? 0, 0, 100_000_000),
            ("plateauPatience", PlateauPatience, 1, 1_000_000),
            ("patience", Patience, 0, 1_000_000),
            ("seed", Seed, 0, long.MaxValue),
        })
        {
            if (value < least || value > most)
            {
                yield return $"training.{key} is {value}; must be {least} to {most}";
            }
        }
        if (Patch % (16 * scale) != 0)
        {
            yield return $"training.patch is {Patch}; must be a multiple of {16 * scale}, 16 x model.scale "
                + "(networks work on blocks of 16 x 16 input pixels)";
        }
        foreach ((string key, double value, double least, double most) in new (string, double, double, double)[]
        {
            ("structure", Structure, 0, 1),
            ("lambda", Lambda ?? 1, 0, 1e9),
            ("nu", Nu ?? 1, 0, 1e9),
            ("learningRate", LearningRate, 1e-9, 1),
            ("discriminatorLearningRate", DiscriminatorLearningRate, 1e-9, 1),
            ("emaDecay", EmaDecay, 0, 0.999999),
            ("plateauFactor", PlateauFactor, 0.01, 0.99),
            ("gradientClip", GradientClip, 0, 1e9),
            ("percentileLow", PercentileLow, 0, 100),
            ("percentileHigh", PercentileHigh, 0, 100),
        })
        {
            if (!(value >= least && value <= most))
            {
                yield return FormattableString.Invariant($"training.{key} is {value}; must be {least} to {most}");
            }
        }
        if (PixelLoss is not null && Loss != LossKind.Gan)
        {
            yield return "training.pixelLoss is the pixel term of loss gan; leave it out, or set training.loss to \"gan\"";
        }
        if (PixelWeight() == 0 && StructureWeight() == 0)
        {
            yield return "training.lambda and training.nu are both 0; at least one of pixels and structure must count";
        }
        if (PercentileLow >= PercentileHigh)
        {
            yield return FormattableString.Invariant(
                $"training.percentileLow is {PercentileLow}; must be below percentileHigh, {PercentileHigh}");
        }
    }
}
