namespace SrBatch.Core.Manifests;

/// <summary>How the networks are trained. Manifest key <c>training</c>.</summary>
public sealed record TrainingOptions
{
    public int Steps { get; init; } = 20000;

    /// <summary>Patches a step.</summary>
    public int Batch { get; init; } = 12;

    /// <summary>Side of a square patch, target pixels; a multiple of 16 times the scale.</summary>
    public int Patch { get; init; } = 64;

    /// <summary>Share of the patches drawn in proportion to the structure in the target, 0 to 1; the rest come from all places alike.</summary>
    public double Structure { get; init; } = 0.5;
    public LossKind Loss { get; init; } = LossKind.Gan;

    /// <summary>The pixel term of the gan loss; <c>l1</c> unless said (Wang et al. 2019 have <c>mse</c>). The other losses are their own.</summary>
    public PixelLoss? PixelLoss { get; init; }

    /// <summary>Weight of the pixel term. Null: in the gan loss, against 1 for the adversarial term, 100 for l1 and 500 for mse; 1 in the others.</summary>
    public double? Lambda { get; init; }

    /// <summary>Weight of the structural similarity. Null: 1 in the gan loss, 0 in the others.</summary>
    public double? Nu { get; init; }

    /// <summary>Generator updates for each of the discriminator.</summary>
    public int DiscriminatorEvery { get; init; } = 3;

    /// <summary>Steps without the discriminator and the adversarial term, at the beginning. Null: a tenth of <see cref="Steps"/>.</summary>
    public int? DiscriminatorStart { get; init; }

    /// <summary>Highest rate of Adam for the generator.</summary>
    public double LearningRate { get; init; } = 1e-3;
    public double DiscriminatorLearningRate { get; init; } = 1e-4;
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

    /// <summary>Validations without a better score after which the plateau schedule multiplies the rates by <see cref="PlateauFactor"/>.</summary>
    public int PlateauPatience { get; init; } = 3;
    public double PlateauFactor { get; init; } = 0.5;

    /// <summary>Validations without a better score after which training ends and the best weights become the model; 0: never.</summary>
    public int Patience { get; init; }

    /// <summary>Longest gradient, Euclidean norm over all parameters of a network; longer ones are shortened to it. 0: none is.</summary>
    public double GradientClip { get; init; }

    /// <summary>Part of the old average kept each step; the average of the generator's weights is what is used. 0 to below 1.</summary>
    public double EmaDecay { get; init; } = 0.995;

    /// <summary>Percentiles of an image that become 0 and 1 in the network's eyes.</summary>
    public double PercentileLow { get; init; } = 0.1;
    public double PercentileHigh { get; init; } = 99.9;
    public TargetIntensity TargetIntensity { get; init; } = TargetIntensity.Regressed;
    public int CheckpointEvery { get; init; } = 500;
    public int LogEvery { get; init; } = 50;

    /// <summary>Steps between scorings of the validation split.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>Everything drawn at step s is a function of this and s.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The pixel term in use.</summary>
    public PixelLoss PixelTerm() => Loss switch { LossKind.L1 => Manifests.PixelLoss.L1, LossKind.Mse => Manifests.PixelLoss.Mse, _ => PixelLoss ?? Manifests.PixelLoss.L1 };

    public double PixelWeight() => Lambda ?? (Loss != LossKind.Gan ? 1 : PixelTerm() == Manifests.PixelLoss.L1 ? 100 : 500);

    public double StructureWeight() => Nu ?? (Loss == LossKind.Gan ? 1 : 0);

    /// <summary>The last step without the discriminator.</summary>
    public int LastStepAlone() => DiscriminatorStart ?? Steps / 10;

    /// <param name="scale">The model's: the input patch, whose side networks want as a multiple of 16, is so much smaller than the target's.</param>
    public IEnumerable<string> Problems(int scale)
    {
        foreach ((string key, long value, long least, long most) in new (string, long, long, long)[]
        {
            ("steps", Steps, 1, 100_000_000), ("batch", Batch, 1, 4096), ("patch", Patch, 32, 2048),
            ("checkpointEvery", CheckpointEvery, 1, 1_000_000), ("logEvery", LogEvery, 1, 1_000_000), ("validateEvery", ValidateEvery, 1, 1_000_000),
            ("discriminatorEvery", DiscriminatorEvery, 1, 1000), ("discriminatorStart", DiscriminatorStart ?? 0, 0, 100_000_000),
            ("plateauPatience", PlateauPatience, 1, 1_000_000), ("patience", Patience, 0, 1_000_000), ("seed", Seed, 0, long.MaxValue),
        })
        {
            if (value < least || value > most)
            {
                yield return $"training.{key} is {value}; must be {least} to {most}";
            }
        }
        if (Patch % (16 * scale) != 0)
        {
            yield return $"training.patch is {Patch}; must be a multiple of {16 * scale}, 16 x model.scale (networks work on blocks of 16 x 16 input pixels)";
        }
        foreach ((string key, double value, double least, double most) in new (string, double, double, double)[]
        {
            ("structure", Structure, 0, 1), ("lambda", Lambda ?? 1, 0, 1e9), ("nu", Nu ?? 1, 0, 1e9), ("learningRate", LearningRate, 1e-9, 1),
            ("discriminatorLearningRate", DiscriminatorLearningRate, 1e-9, 1), ("emaDecay", EmaDecay, 0, 0.999999),
            ("plateauFactor", PlateauFactor, 0.01, 0.99), ("gradientClip", GradientClip, 0, 1e9),
            ("percentileLow", PercentileLow, 0, 100), ("percentileHigh", PercentileHigh, 0, 100),
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
            yield return FormattableString.Invariant($"training.percentileLow is {PercentileLow}; must be below percentileHigh, {PercentileHigh}");
        }
    }
}
