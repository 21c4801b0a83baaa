using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Training.Calibration;

/// <summary>What is measured on a trained model for those who use it.</summary>
/// <param name="Halo">Null if no image is large enough.</param>
/// <param name="Bf16CostDb">Validation PSNR in fp32 minus that in bf16; null if it was not measured.</param>
/// <param name="Inputs">What the training inputs look like; null if there are too few.</param>
/// <param name="Outputs">How well outputs explain their inputs; null if no plane could be enhanced.</param>
internal sealed record ModelCalibration(MeasuredHalo? Halo, double? Bf16CostDb, InputDistribution? Inputs, OutputConsistency? Outputs)
{
    /// <summary>Runs on one rank.</summary>
    /// <param name="generator">The model.</param>
    /// <param name="card">Its card.</param>
    /// <param name="planes">What it was trained on.</param>
    /// <param name="measuresBf16">Whether the machine computes in bf16.</param>
    /// <returns>Null if a signal came before all was measured.</returns>
    public static ModelCalibration? Measure(
        TrainedGenerator generator, ModelCard card, Plan plan, IReadOnlyList<TrainingPlane> planes, bool measuresBf16, TrainingHost host)
    {
        try
        {
            double? cost = null;
            if (card.ValidationPsnrDb is { } exactDb && measuresBf16 && PrecisionChoice.TryPackBf16(generator))
            {
                if (new Validator(plan, host with { Ranks = SingleProcess.Instance }).Score(generator) is not { } rounded)
                {
                    return null;
                }
                bool isSame = rounded.Unread.Count == 0 && rounded.Scored == card.ValidationGroups.Sum(group => group.Planes);
                cost = isSame ? exactDb - rounded.PsnrDb : null;
                generator.Pack(Precision.Fp32);
            }
            IEnumerable<PlannedImage> images = plan.Images
                .Where(image => image.Split is Split.Validation or Split.Train)
                .OrderBy(image => image.Split != Split.Validation);
            return new ModelCalibration(
                HaloSamples.Measure(generator, card.Intensities, images, host.Context.Reading(plan.LinkedFolders), host.Context.Stop),
                cost,
                new InputCalibration(plan, host.Context).Measure(planes, card.Intensities),
                new OutputCalibration(plan, host.Memory, host.Context).Measure(generator));
        }
        catch (OperationCanceledException) when (host.Context.Stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
