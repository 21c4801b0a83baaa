namespace SrBatch.Core.Manifests;

/// <summary>How the networks are trained. Manifest key <c>training</c>.</summary>
public sealed record TrainingOptions
{
    public int Steps { get; init; } = 20000;

    /// <summary>Patches a step.</summary>
    public int Batch { get; init; } = 12;

    /// <summary>Side of a square patch, target pixels; a multiple of 16 times the scale.</summary>
    public int Patch { get; init; } = 64;
    public LossKind Loss { get; init; } = LossKind.Gan;

    /// <summary>Weight of the mean squared error in the gan loss, against 1 for the adversarial term.</summary>
    public double Lambda { get; init; } = 100;

    /// <summary>Weight of the structural similarity in the gan loss.</summary>
    public double Nu { get; init; } = 1;

    /// <summary>Highest rate of Adam for the generator.</summary>
    public double LearningRate { get; init; } = 1e-3;
    public double DiscriminatorLearningRate { get; init; } = 1e-4;
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.OneCycle;

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

    /// <param name="scale">The model's: the input patch, whose side networks want as a multiple of 16, is so much smaller than the target's.</param>
    public IEnumerable<string> Problems(int scale)
    {
        foreach ((string key, long value, long least, long most) in new (string, long, long, long)[]
        {
            ("steps", Steps, 1, 100_000_000), ("batch", Batch, 1, 4096), ("patch", Patch, 32, 2048),
            ("checkpointEvery", CheckpointEvery, 1, 1_000_000), ("logEvery", LogEvery, 1, 1_000_000), ("validateEvery", ValidateEvery, 1, 1_000_000),
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
            yield return $"training.patch is {Patch}; must be a multiple of {16 * scale}, 16 x model.scale (networks work on blocks of 16 x 16 input pixels)";
        }
        foreach ((string key, double value, double least, double most) in new (string, double, double, double)[]
        {
            ("lambda", Lambda, 0, 1e9), ("nu", Nu, 0, 1e9), ("learningRate", LearningRate, 1e-9, 1),
            ("discriminatorLearningRate", DiscriminatorLearningRate, 1e-9, 1), ("emaDecay", EmaDecay, 0, 0.999999),
            ("percentileLow", PercentileLow, 0, 100), ("percentileHigh", PercentileHigh, 0, 100),
        })
        {
            if (!(value >= least && value <= most))
            {
                yield return FormattableString.Invariant($"training.{key} is {value}; must be {least} to {most}");
            }
        }
        if (PercentileLow >= PercentileHigh)
        {
            yield return FormattableString.Invariant($"training.percentileLow is {PercentileLow}; must be below percentileHigh, {PercentileHigh}");
        }
    }
}
