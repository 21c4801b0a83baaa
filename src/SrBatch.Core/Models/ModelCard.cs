using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Models;

/// <summary>How to use a model and where it comes from; stored as JSON in the <c>srbatch</c> entry of a safetensors file's metadata. No clock, no host: the same training gives the same bytes.</summary>
public sealed record ModelCard
{
    public const string MetadataKey = "srbatch";

    public required string Name { get; init; }

    /// <summary>The group whose images alone it was trained on; null: all.</summary>
    public string? Group { get; init; }
    public required ModelOptions Model { get; init; }

    /// <summary>How it was trained, intensities included.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The segments of the schedule; null if the number of steps was never changed, and in models of older versions.</summary>
    public IReadOnlyList<ScheduleSegment>? Schedule { get; init; }

    /// <summary>Percentiles of an image that become 0 and 1 in the network's eyes.</summary>
    public double PercentileLow => Training.PercentileLow;
    public double PercentileHigh => Training.PercentileHigh;

    public IntensityRule Intensities => IntensityRule.Percentiles(PercentileLow, PercentileHigh);

    /// <summary>Pixels to each side, on the input's grid, that one output pixel depends on.</summary>
    public required int ReceptiveField { get; init; }

    /// <summary>How much of that matters; null when no image was large enough to tell, and in models of older versions.</summary>
    public MeasuredHalo? Halo { get; init; }

    /// <summary>Sides of what the network sees are multiples of this, input pixels.</summary>
    public required int Stride { get; init; }

    /// <summary>Median of the training inputs' pixel sizes along x; null when none is known.</summary>
    public double? PixelSizeUm { get; init; }

    /// <summary>Trained on these, and what could not be used.</summary>
    public required IReadOnlyList<string> TrainingImages { get; init; }
    public IReadOnlyList<string> SkippedImages { get; init; } = [];
    public required int TrainingPlanes { get; init; }

    /// <summary>Of all training planes' inputs.</summary>
    public required long TrainingPixels { get; init; }

    /// <summary>The training step of the weights.</summary>
    public required int Step { get; init; }

    /// <summary>What the networks were trained in, <c>fp32</c> or <c>bf16</c>; the weights are float32 either way. Null in models of older versions: fp32.</summary>
    public string? TrainedIn { get; init; }

    /// <summary>Validation PSNR in fp32 less that in bf16, dB: what bf16 costs this model. Null when nobody measured.</summary>
    public double? Bf16CostDb { get; init; }

    /// <summary>True when validation had not improved for long: the weights are then those of the best validation.</summary>
    public bool EndedEarly { get; init; }

    /// <summary>Signs of divergence that training noticed, each with its step.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it began with; null: random weights.</summary>
    public ModelInit? Init { get; init; }

    /// <summary>Mean over the validation planes, null without such.</summary>
    public double? ValidationPsnrDb { get; init; }
    public double? ValidationSsim { get; init; }

    /// <summary>The same by group, ordinal; a group without a validation plane is missing.</summary>
    public IReadOnlyList<GroupScores> ValidationGroups { get; init; } = [];

    /// <summary>What its training inputs look like, without the numbers in the file's arrays; null where there were too few to tell, and in models of older versions.</summary>
    public InputDistribution? Inputs { get; init; }

    /// <summary>How well its outputs explain their inputs; null when nothing could be enhanced to find out, and in models of older versions.</summary>
    public OutputConsistency? Outputs { get; init; }

    /// <summary>Content hash of the plan it was trained under.</summary>
    public required string PlanSha256 { get; init; }

    /// <summary>Version of srbatch.</summary>
    public required string Version { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ModelCardJson.Default.ModelCard);

    /// <param name="metadata">A safetensors file's.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 65: not a model of ours.</exception>
    public static ModelCard FromMetadata(IReadOnlyDictionary<string, string> metadata, string where)
    {
        if (!metadata.TryGetValue(MetadataKey, out string? json))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: no '{MetadataKey}' entry in its metadata; expected a model or checkpoint written by srbatch.");
        }
        try
        {
            return JsonSerializer.Deserialize(json, ModelCardJson.Default.ModelCard)!;
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: its '{MetadataKey}' entry is not a model card of this version ({fault.Message}).", fault);
        }
    }
}
