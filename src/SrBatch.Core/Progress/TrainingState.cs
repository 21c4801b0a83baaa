using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;

namespace SrBatch.Core.Progress;

/// <summary>What training has learnt about itself: the best validation, what the plateau schedule took off the rates, signs of divergence. Part of every checkpoint.</summary>
public sealed record TrainingState
{
    public const string MetadataKey = "training_state";

    /// <summary>A row's pixel loss this many times the best row's is divergence: between rows of a healthy training it wanders by tens of percent.</summary>
    private const double DivergedPixels = 4;

    /// <summary>Below this the discriminator is right about nearly every patch, and what it tells the generator is useless; 0.69 is guessing.</summary>
    private const double DiscriminatorWins = 0.05;

    /// <summary>Validation this far below its best is worth a word.</summary>
    private const double LostDb = 1;

    /// <summary>Losses since the last row of <c>training.parquet</c>.</summary>
    public LossSums SinceRow { get; init; }
    public int BestStep { get; init; }
    public double? BestPsnrDb { get; init; }

    /// <summary>Validations since the best one, and since the rates were last lowered.</summary>
    public int ValidationsSinceBest { get; init; }
    public int ValidationsSinceLowered { get; init; }

    /// <summary>What the plateau schedule multiplies the rates by.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>The lowest mean pixel loss of a row.</summary>
    public double? BestPixelLoss { get; init; }

    /// <summary>True from the first sign of divergence until it is gone: one warning an episode.</summary>
    public bool IsDiverging { get; init; }

    /// <summary>What was noticed, each with its step; also in the model's card.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether early stopping has its reason.</summary>
    public bool ShouldEnd(TrainingOptions options) => options.Patience > 0 && ValidationsSinceBest >= options.Patience;

    /// <param name="step">The step validated.</param>
    /// <param name="psnrDb">Its score; null without a validation split: nothing changes.</param>
    /// <param name="options">Of the training.</param>
    public TrainingState AfterValidation(int step, double? psnrDb, TrainingOptions options)
    {
        if (psnrDb is not { } psnr)
        {
            return this;
        }
        if (!(psnr <= BestPsnrDb))
        {
            return this with { BestStep = step, BestPsnrDb = psnr, ValidationsSinceBest = 0, ValidationsSinceLowered = 0 };
        }
        TrainingState state = this with { ValidationsSinceBest = ValidationsSinceBest + 1, ValidationsSinceLowered = ValidationsSinceLowered + 1 };
        if (options.Schedule == LearningRateSchedule.Plateau && state.ValidationsSinceLowered >= options.PlateauPatience)
        {
            state = state with { RateFactor = RateFactor * options.PlateauFactor, ValidationsSinceLowered = 0 };
        }
        return BestPsnrDb - psnr > LostDb
            ? state.Warn(string.Create(CultureInfo.InvariantCulture, $"step {step}: validation {psnr:F2} dB is {BestPsnrDb - psnr:F2} dB below its best, {BestPsnrDb:F2} dB at step {BestStep}. If it does not recover, lower training.learningRate, or raise training.lambda against the adversarial term; the best checkpoint is kept."))
            : state with { IsDiverging = false };
    }

    /// <summary>Takes the row's losses off the sums and looks for divergence in them.</summary>
    public TrainingState AfterRow(int step, StepLosses means)
    {
        TrainingState state = this with { SinceRow = default, BestPixelLoss = BestPixelLoss < means.Pixel ? BestPixelLoss : means.Pixel };
        if (means.Pixel > DivergedPixels * state.BestPixelLoss)
        {
            return state.Warn(string.Create(CultureInfo.InvariantCulture, $"step {step}: training diverges: the pixel loss is {means.Pixel:G3}, its best was {state.BestPixelLoss:G3}. Lower training.learningRate, or set training.gradientClip."));
        }
        if (means.Discriminator < DiscriminatorWins)
        {
            return state.Warn(string.Create(CultureInfo.InvariantCulture, $"step {step}: the discriminator wins: its loss is {means.Discriminator:G3} (0.69 is guessing), so that the generator learns nothing from it. Lower training.discriminatorLearningRate, or raise training.discriminatorEvery."));
        }
        return state with { IsDiverging = false };
    }

    public string ToJson() => JsonSerializer.Serialize(this, TrainingStateJson.Default.TrainingState);

    /// <param name="metadata">A checkpoint's.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 65: not a checkpoint of this version.</exception>
    public static TrainingState FromMetadata(IReadOnlyDictionary<string, string> metadata, string where)
    {
        try
        {
            return JsonSerializer.Deserialize(metadata.GetValueOrDefault(MetadataKey, "null"), TrainingStateJson.Default.TrainingState) ?? throw new JsonException("it is missing");
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: its '{MetadataKey}' entry is not of this version ({fault.Message}). Use a new run folder, or the version that wrote it.", fault);
        }
    }

    private TrainingState Warn(string warning) => this with { IsDiverging = true, Warnings = IsDiverging ? Warnings : [.. Warnings, warning] };
}
