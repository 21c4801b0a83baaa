using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>
/// A rough forecast of the work of a plan, for the scheduler: right within a factor of two or three on a common processor in float32.
/// Measured on 2 cores of an AMD EPYC (Zen 5), U-Net with 32 features, 2026-11-27: the network needs 2.3 core-seconds per megapixel of
/// input, a training step with l1 11.4 on a slower processor.
/// </summary>
public sealed record WorkForecast
{
    /// <summary>Core-seconds per megapixel of input with 32 features; halos, reading, scoring and writing included.</summary>
    private const double EnhanceSeconds = 5;

    /// <summary>Core-seconds per megapixel of input patches with 32 features and a pixel loss.</summary>
    private const double TrainSeconds = 12;

    /// <summary>Per plane and core, whatever its size.</summary>
    private const double PlaneSeconds = 0.2;

    /// <summary>The discriminator's part (measured: 269 ms a step instead of 194).</summary>
    private const double GanFactor = 1.4;

    private const double FeaturesPower = 1.8, MeasuredFeatures = 32;

    /// <summary>Core-minutes of the training on all images; 0 without training images.</summary>
    public required double TrainMinutes { get; init; }

    /// <summary>Core-minutes of all shards together.</summary>
    public required double InferMinutes { get; init; }

    /// <summary>Core-minutes of the longest shard.</summary>
    public required double ShardMinutes { get; init; }

    public static WorkForecast Of(Plan plan)
    {
        double network = (plan.Model.Network switch { "rcan" => 1.2, "dfcan" => 2, _ => 1 })
            * Math.Pow(plan.Model.Features / MeasuredFeatures, FeaturesPower);
        double enhance = EnhanceSeconds * network * plan.Inference.Orientations;
        int shrink = plan.Model.Scale * plan.Model.Scale;
        double Seconds(PlannedImage image) =>
            (image.Cost / 1e6 / shrink * enhance) + ((image.Input?.PlaneCount ?? 0) * PlaneSeconds);

        double[] shards = [.. plan.Enhanced().GroupBy(image => image.Shard).Select(shard => shard.Sum(Seconds))];
        TrainingOptions training = plan.Training;
        double step = training.Batch * (double)training.Patch * training.Patch / 1e6 / shrink * TrainSeconds * network
            * (training.Loss == LossKind.Gan ? GanFactor : 1);
        double validation = plan.Images.Where(image => image.Split == Split.Validation).Sum(Seconds) / training.ValidateEvery;
        bool isTrained = plan.Images.Any(image => image.Split == Split.Train && image.Problem is null);
        return new WorkForecast
        {
            TrainMinutes = isTrained ? training.Steps * (step + validation) / 60 : 0,
            InferMinutes = shards.Sum() / 60,
            ShardMinutes = shards.DefaultIfEmpty(0).Max() / 60,
        };
    }
}
