using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Versions, files and options behind a run, and the commands that repeat it.</summary>
/// <param name="Facts">Pairs of name and value.</param>
/// <param name="Commands">Lines for a shell.</param>
internal sealed record RunOrigin(IReadOnlyList<IReadOnlyList<string>> Facts, IReadOnlyList<string> Commands)
{
    public static RunOrigin Of(RunFolder run, Plan plan, IReadOnlyList<QualityRow> rows, IReadOnlyList<string?> trained)
    {
        var cards = new List<(string? Group, ModelCard Card)>();
        foreach (string? group in trained)
        {
            if (CardOf(run, group) is { } card)
            {
                cards.Add((group, card));
            }
        }
        string[] versions = [.. rows.Select(row => row.Version).Distinct().Order(StringComparer.Ordinal)];
        string[] models = [.. rows.Select(row => row.ModelSha256).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        List<IReadOnlyList<string>> facts =
        [
            ["Name", plan.Name],
            ["Run folder", run.Path],
            ["srbatch that made the images", versions.Length == 0 ? "–" : string.Join(", ", versions)],
            ["srbatch that wrote this page", AppVersion.Text],
            .. ManifestOf(run, plan) is { } manifest ? (IReadOnlyList<string>[])[["Manifest", manifest]] : [],
            ["Manifest, SHA-256", plan.ManifestSha256],
            ["Plan, SHA-256 of its content", plan.AsFrozen().ContentSha256()],
            ["Shards", plan.Shards.ToString(CultureInfo.InvariantCulture)],
            .. models.Select(model => (IReadOnlyList<string>)["Model, SHA-256", model]),
            .. cards.Select(card => (IReadOnlyList<string>)[NameOf(card.Group), Describe(card.Card)]),
        ];
        return new RunOrigin(facts, [.. CommandLines(run, plan, cards)]);
    }

    private static IEnumerable<string> CommandLines(RunFolder run, Plan plan, List<(string? Group, ModelCard Card)> cards)
    {
        string folder = ShellWord.Quote(run.Path);
        string? manifest = ManifestOf(run, plan);
        if (manifest is null && plan.LinkedFolders is [var manifests, ..])
        {
            yield return $"cd {ShellWord.Quote(manifests)}";
        }
        yield return $"manifest={ShellWord.Quote(manifest ?? "manifest.json")}  # the one with the SHA-256 {plan.ManifestSha256[..12]}...";
        yield return $"srbatch plan --manifest \"$manifest\" --run {folder} --shards {plan.Shards}";
        foreach ((string? group, ModelCard card) in cards)
        {
            string ofGroup = group is null ? "" : $" --group {ShellWord.Quote(group)}";
            foreach ((int steps, string remark) in TrainingSteps(card))
            {
                yield return $"srbatch train --manifest \"$manifest\" --run {folder}{ofGroup} "
                    + $"--steps {steps} --seed {card.Training.Seed}{remark}";
            }
        }
        string shard = plan.Shards > 1 ? $" --shard \"$i\"/{plan.Shards}  # for each i from 0" : "";
        yield return $"srbatch infer --manifest \"$manifest\" --run {folder}{shard}";
        yield return $"srbatch report --run {folder}";
    }

    /// <summary>A training whose number of steps was changed on the way takes a command for each number.</summary>
    private static IEnumerable<(int Steps, string Remark)> TrainingSteps(ModelCard card) => card.Schedule is null
        ? [(card.Training.Steps, "")]
        : card.Schedule.Select(segment => (
            segment.After + segment.Steps,
            segment.Through < segment.After + segment.Steps ? $"  # stop it after step {segment.Through} (SIGTERM)" : ""));

    /// <summary>Path of the manifest; null in plans of older versions.</summary>
    private static string? ManifestOf(RunFolder run, Plan plan) => plan.Manifest is { } name ? Path.Combine(run.Path, name) : null;

    private static string NameOf(string? group) => group is null ? "Training" : $"Training, {RunSummary.Name(group)}";

    private static string Describe(ModelCard card) =>
        $"{card.Model.Network}, {card.Model.Features} features, scale {card.Model.Scale}; {ManifestWords.Of(card.Training.Loss)} loss, "
        + $"{card.Step} steps of {card.Training.Batch} patches of {card.Training.Patch} pixels, seed {card.Training.Seed}; "
        + $"{card.TrainingPlanes} planes of {card.TrainingImages.Count} images"
        + string.Concat(card.Warnings.Select(warning => "; " + warning));

    /// <summary>Null when there is no readable model. The page is about images, so this is no error.</summary>
    private static ModelCard? CardOf(RunFolder run, string? group)
    {
        string path = run.ModelFolder(group).Model;
        try
        {
            return File.Exists(path) ? ModelCard.FromMetadata(Safetensors.ReadMetadata(path), path) : null;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null;
        }
    }
}
