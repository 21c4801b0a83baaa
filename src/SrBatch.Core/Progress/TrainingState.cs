using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;

namespace SrBatch.Core.Progress;

/// <summary>
/// The best validation, the factor of the plateau schedule, the losses since the last row, signs of divergence. Part of every checkpoint.
/// </summary>
public sealed record TrainingState
{
    public const string MetadataKey = "training_state";

    /// <summary>
    /// A row whose pixel loss is this many times that of the best row is a sign of divergence. Rows of a healthy training differ by tens of
    /// percent.
    /// </summary>
    private const double DivergedPixels = 4;

    /// <summary>Below this loss the discriminator is right about nearly every patch, and useless; 0.69 is guessing.</summary>
    private const double DiscriminatorWins = 0.05;

    /// <summary>A validation this far below the best is worth a warning.</summary>
    private const double LostDb = 1;

    /// <summary>Losses since the last row of <c>training.parquet</c>.</summary>
    public LossSums SinceRow { get; init; }
    public int BestStep { get; init; }
    public double? BestPsnrDb { get; init; }

    /// <summary>Validations since the best one, and since the rates were last lowered.</summary>
    public int ValidationsSinceBest { get; init; }
    public int ValidationsSinceLowered { get; init; }

    /// <summary>The plateau schedule multiplies the learning rates by it.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Lowest mean pixel loss of a row.</summary>
    public double? BestPixelLoss { get; init; }

    /// <summary>True from the first sign of divergence until it is gone: there is one warning for each episode.</summary>
    public bool IsDiverging { get; init; }

    /// <summary>Signs of divergence, each with its step; also in the model card.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether early stopping ends the training now.</summary>
    public bool ShouldEnd(TrainingOptions options) => options.Patience > 0 && ValidationsSinceBest >= options.Patience;

    /// <param name="psnrDb">Mean over all validation planes; null without a validation split: nothing changes.</param>
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
        TrainingState state = this with
        {
            ValidationsSinceBest = ValidationsSinceBest + 1,
            ValidationsSinceLowered = ValidationsSinceLowered + 1,
        };
        if (options.Schedule == LearningRateSchedule.Plateau && state.ValidationsSinceLowered >= options.PlateauPatience)
        {
            state = state with { RateFactor = RateFactor * options.PlateauFactor, ValidationsSinceLowered = 0 };
        }
        return BestPsnrDb - psnr > LostDb
            ? state.Warn(string.Create(CultureInfo.InvariantCulture,
                $"step {step}: validation {psnr:F2} dB is {BestPsnrDb - psnr:F2} dB below its best, ")
                + string.Create(CultureInfo.InvariantCulture, $"{BestPsnrDb:F2} dB at step {BestStep}. ")
                + "If it does not recover, lower training.learningRate, or raise training.lambda against the adversarial term; "
                + "the best checkpoint is kept.")
            : state with { IsDiverging = false };
    }

    /// <summary>Looks for divergence in the losses of a row, and starts the sums of the next one.</summary>
    public TrainingState AfterRow(int step, StepLosses means)
    {
        TrainingState state = this with { SinceRow = default, BestPixelLoss = BestPixelLoss < means.Pixel ? BestPixelLoss : means.Pixel };
        if (means.Pixel > DivergedPixels * state.BestPixelLoss)
        {
            return state.Warn(string.Create(CultureInfo.InvariantCulture,
                $"step {step}: training diverges: the pixel loss is {means.Pixel:G3}, its best was {state.BestPixelLoss:G3}. ")
                + "Lower training.learningRate, or set training.gradientClip.");
        }
        if (means.Discriminator < DiscriminatorWins)
        {
            return state.Warn(string.Create(CultureInfo.InvariantCulture,
                $"step {step}: the discriminator wins: its loss is {means.Discriminator:G3} (0.69 is guessing), ")
                + "so that the generator learns nothing from it. Lower training.discriminatorLearningRate, or raise "
                + "training.discriminatorEvery.");
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
            string json = metadata.GetValueOrDefault(MetadataKey, "null");
            return JsonSerializer.Deserialize(json, TrainingStateJson.Default.TrainingState) ?? throw new JsonException("it is missing");
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{where}: its '{MetadataKey}' entry is not of this version ({fault.Message}). "
                + "Use a new run folder, or the version that wrote it.", fault);
        }
    }

    private TrainingState Warn(string warning) =>
        this with { IsDiverging = true, Warnings = IsDiverging ? Warnings : [.. Warnings, warning] };
}
