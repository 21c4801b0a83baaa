using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Models;

/// <summary>
/// How to use a model and where it comes from. Stored as JSON in the <c>srbatch</c> entry of a safetensors file's metadata. It contains no
/// time and no host name, so the same training gives the same bytes.
/// </summary>
public sealed record ModelCard
{
    public const string MetadataKey = "srbatch";

    public required string Name { get; init; }

    /// <summary>The group whose images it was trained on; null: the images of all groups.</summary>
    public string? Group { get; init; }
    public required ModelOptions Model { get; init; }

    /// <summary>How the model was trained, including how intensities are scaled.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The segments of the schedule; null if the number of steps was never changed, and in models of older versions.</summary>
    public IReadOnlyList<ScheduleSegment>? Schedule { get; init; }

    /// <summary>Percentile of an image's values that becomes 0 for the network; <see cref="PercentileHigh"/> becomes 1.</summary>
    public double PercentileLow => Training.PercentileLow;
    public double PercentileHigh => Training.PercentileHigh;

    public IntensityRule Intensities => IntensityRule.Percentiles(PercentileLow, PercentileHigh);

    /// <summary>Number of input pixels on each side that one output pixel depends on.</summary>
    public required int ReceptiveField { get; init; }

    /// <summary>
    /// How much of the receptive field matters. Null when no image was large enough to measure it, and in models of older versions.
    /// </summary>
    public MeasuredHalo? Halo { get; init; }

    /// <summary>The sides of the network's input are multiples of this, pixels.</summary>
    public required int Stride { get; init; }

    /// <summary>Median pixel size of the training inputs along x, micrometres; null when none is known.</summary>
    public double? PixelSizeUm { get; init; }

    /// <summary>Images the model was trained on.</summary>
    public required IReadOnlyList<string> TrainingImages { get; init; }

    /// <summary>Training images that could not be used.</summary>
    public IReadOnlyList<string> SkippedImages { get; init; } = [];
    public required int TrainingPlanes { get; init; }

    /// <summary>Number of pixels of all training planes' inputs.</summary>
    public required long TrainingPixels { get; init; }

    /// <summary>The training step at which the weights were saved.</summary>
    public required int Step { get; init; }

    /// <summary>
    /// Precision of the training, <c>fp32</c> or <c>bf16</c>; the weights are float32 in both cases. Null in models of older versions:
    /// fp32.
    /// </summary>
    public string? TrainedIn { get; init; }

    /// <summary>
    /// Loss of quality when the model runs in bf16: validation PSNR in fp32 minus that in bf16, dB. Null when not measured.
    /// </summary>
    public double? Bf16CostDb { get; init; }

    /// <summary>
    /// True when training ended early because validation had stopped improving. The weights are those of the best validation.
    /// </summary>
    public bool EndedEarly { get; init; }

    /// <summary>Signs of divergence during training, each with its step.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The model that training started from; null: random weights.</summary>
    public ModelInit? Init { get; init; }

    /// <summary>Mean over the validation planes; null when there were none.</summary>
    public double? ValidationPsnrDb { get; init; }
    public double? ValidationSsim { get; init; }

    /// <summary>The validation scores of each group, in ordinal order. Groups without validation planes are left out.</summary>
    public IReadOnlyList<GroupScores> ValidationGroups { get; init; } = [];

    /// <summary>
    /// What the training inputs look like; the numbers are in arrays of the model's file. Null when there were too few inputs, and in
    /// models of older versions.
    /// </summary>
    public InputDistribution? Inputs { get; init; }

    /// <summary>
    /// How well the outputs explain their inputs. Null when no image could be enhanced to measure it, and in models of older versions.
    /// </summary>
    public OutputConsistency? Outputs { get; init; }

    /// <summary>Content hash of the plan that the model was trained with.</summary>
    public required string PlanSha256 { get; init; }

    /// <summary>Version of srbatch that trained the model.</summary>
    public required string Version { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ModelCardJson.Default.ModelCard);

    /// <param name="metadata">The metadata of a safetensors file.</param>
    /// <param name="where">The file's name, for messages.</param>
    /// <exception cref="SrBatchException">The file was not written by srbatch, or by another version (exit 65).</exception>
    public static ModelCard FromMetadata(IReadOnlyDictionary<string, string> metadata, string where)
    {
        if (!metadata.TryGetValue(MetadataKey, out string? json))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{where}: no '{MetadataKey}' entry in its metadata; expected a model or checkpoint written by srbatch.");
        }
        try
        {
            return JsonSerializer.Deserialize(json, ModelCardJson.Default.ModelCard)!;
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{where}: its '{MetadataKey}' entry is not a model card of this version ({fault.Message}).",
                fault);
        }
    }
}
