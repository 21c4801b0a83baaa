using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using static System.FormattableString;

namespace SrBatch.Pipelines.Inspection;

/// <summary>A model card for people; docs/model-card.md has every key.</summary>
internal static class ModelCardText
{
    /// <summary>Training images named; more are counted.</summary>
    private const int MostNames = 10;

    public static void Write(TextWriter output, ModelCard card)
    {
        TrainingOptions training = card.Training;
        void Line(string name, string? value)
        {
            if (value is not null)
            {
                output.WriteLine($"  {name,-12} {value}");
            }
        }
        Line("name", card.Name);
        Line("group", card.Group);
        Line("licence", card.Model.Licence);
        Line("author", card.Model.Author);
        Line("network", $"{card.Model.Network}, scale {card.Model.Scale}, {card.Model.Features} features");
        Line("intensities", Invariant($"percentiles {training.PercentileLow} and {training.PercentileHigh} of a channel become 0 and 1; targets {ManifestWords.Of(training.TargetIntensity)}"));
        Line("tiles", $"sides multiples of {card.Stride} input pixels, {card.ReceptiveField} around what is kept");
        Line("halo", card.Halo is not { } halo ? null : Invariant($"auto is {halo.Pixels}: it changes the seams by {100 * halo.Error:G2} % of the intensities"));
        Line("pixel size", card.PixelSizeUm is null ? null : Invariant($"{card.PixelSizeUm:G6} um, median of the inputs"));
        Line("training", Invariant($"step {card.Step} of {training.Steps}, {ManifestWords.Of(training.Loss)}, batch {training.Batch}, patch {training.Patch}, rate {training.LearningRate} {ManifestWords.Of(training.Schedule)}, seed {training.Seed}"));
        Line("schedule", card.Schedule is null ? null : new TrainingSchedule(training.Schedule, card.Schedule).ToString());
        Line("precision", card.TrainedIn is null ? null : $"trained in {card.TrainedIn}{(card.Bf16CostDb is { } cost ? Invariant($"; in bf16 its validation PSNR is {cost:F3} dB lower than in fp32") : "")}");
        Line("began with", card.Init is not { } init ? null : $"{init.Name}{Of(init.Group)} at step {init.Step}, sha256 {init.Sha256}: {init.Carried} of {init.Arrays} arrays{(init.Fresh.Count == 0 ? "" : "; at random: " + string.Join(", ", init.Fresh))}");
        Line("data", $"{card.TrainingImages.Count} images, {card.TrainingPlanes} planes, {card.TrainingPixels} input pixels: {Names(card.TrainingImages)}");
        Line("left out", card.SkippedImages.Count == 0 ? null : Names(card.SkippedImages));
        Line("validation", card.ValidationPsnrDb is null ? null : Invariant($"{card.ValidationPsnrDb:F2} dB, SSIM {card.ValidationSsim:F4}"));
        foreach (GroupScores group in card.ValidationGroups)
        {
            Line("", Invariant($"{group.Group}: {group.PsnrDb:F2} dB, SSIM {group.Ssim:F4}, {group.Planes} plane{(group.Planes == 1 ? "" : "s")}"));
        }
        Line("plan", card.PlanSha256);
        Line("version", card.Version);
    }

    private static string Of(string? group) => group is null ? "" : $" of group {group}";

    private static string Names(IReadOnlyList<string> ids) => string.Join(", ", ids.Take(MostNames)) + (ids.Count > MostNames ? $" and {ids.Count - MostNames} more" : "");
}
