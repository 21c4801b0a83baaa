using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using static System.FormattableString;

namespace SrBatch.Pipelines.Inspection;

/// <summary>Prints a model card; docs/model-card.md explains every key.</summary>
internal static class ModelCardText
{
    /// <summary>Training images named; the others are counted.</summary>
    private const int MostNames = 10;

    public static void Write(TextWriter output, ModelCard card)
    {
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
        Line("intensities", Intensities(card.Training));
        Line("tiles", $"sides multiples of {card.Stride} input pixels, {card.ReceptiveField} around what is kept");
        Line("halo", Halo(card.Halo));
        Line("pixel size", card.PixelSizeUm is null ? null : Invariant($"{card.PixelSizeUm:G6} um, median of the inputs"));
        Line("training", Training(card));
        Line("schedule", card.Schedule is { } segments ? new TrainingSchedule(card.Training.Schedule, segments).ToString() : null);
        Line("precision", Precision(card));
        Line("began with", Init(card.Init));
        Line("data", $"{card.TrainingImages.Count} images, {card.TrainingPlanes} planes, {card.TrainingPixels} input pixels: "
            + Names(card.TrainingImages));
        Line("left out", card.SkippedImages.Count == 0 ? null : Names(card.SkippedImages));
        Line("validation", card.ValidationPsnrDb is { } psnr ? Invariant($"{psnr:F2} dB, SSIM {card.ValidationSsim:F4}") : null);
        foreach (GroupScores group in card.ValidationGroups)
        {
            string planes = group.Planes == 1 ? "1 plane" : $"{group.Planes} planes";
            Line("", Invariant($"{group.Group}: {group.PsnrDb:F2} dB, SSIM {group.Ssim:F4}, {planes}"));
        }
        Line("plan", card.PlanSha256);
        Line("version", card.Version);
    }

    private static string Intensities(TrainingOptions training) =>
        Invariant($"percentiles {training.PercentileLow} and {training.PercentileHigh} of a channel become 0 and 1; ")
        + $"targets {ManifestWords.Of(training.TargetIntensity)}";

    private static string? Halo(MeasuredHalo? measured) => measured is { } halo
        ? Invariant($"auto is {halo.Pixels}: it changes the seams by {100 * halo.Error:G2} % of the intensities")
        : null;

    private static string Training(ModelCard card)
    {
        TrainingOptions training = card.Training;
        return Invariant($"step {card.Step} of {training.Steps}, {ManifestWords.Of(training.Loss)}, batch {training.Batch}, ")
            + Invariant($"patch {training.Patch}, rate {training.LearningRate} {ManifestWords.Of(training.Schedule)}, ")
            + $"seed {training.Seed}";
    }

    private static string? Precision(ModelCard card)
    {
        if (card.TrainedIn is null)
        {
            return null;
        }
        return card.Bf16CostDb is { } cost
            ? Invariant($"trained in {card.TrainedIn}; in bf16 its validation PSNR is {cost:F3} dB lower than in fp32")
            : $"trained in {card.TrainedIn}";
    }

    private static string? Init(ModelInit? init)
    {
        if (init is null)
        {
            return null;
        }
        string group = init.Group is null ? "" : $" of group {init.Group}";
        string fresh = init.Fresh.Count == 0 ? "" : "; at random: " + string.Join(", ", init.Fresh);
        return $"{init.Name}{group} at step {init.Step}, sha256 {init.Sha256}: {init.Carried} of {init.Arrays} arrays{fresh}";
    }

    private static string Names(IReadOnlyList<string> ids)
    {
        string more = ids.Count > MostNames ? $" and {ids.Count - MostNames} more" : "";
        return string.Join(", ", ids.Take(MostNames)) + more;
    }
}
