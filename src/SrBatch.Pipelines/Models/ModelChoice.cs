using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.BioImageIo;

namespace SrBatch.Pipelines.Models;

/// <summary>
/// Chooses the model of each image: one file for all images, or from a run folder the group's own model, else that of all images; or
/// several of these, averaged.
/// </summary>
internal sealed class ModelChoice
{
    /// <summary>Each is a file, or, where that is null, a run folder.</summary>
    private readonly (string? File, RunFolder Source)[] _choices;
    private readonly Dictionary<string, ModelPaths?> _byGroup = new(StringComparer.Ordinal);
    private readonly Dictionary<ModelPaths, string> _sha256 = [];

    /// <param name="asked">A model file, a package or a run folder, or several separated by commas; null: <paramref name="run"/>.</param>
    /// <param name="run">Folder of the outputs.</param>
    public ModelChoice(string? asked, RunFolder run)
    {
        string?[] each = [asked];
        if (asked is not null && !Path.Exists(asked))
        {
            each = asked.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        _choices = [.. each.Select(Choice)];

        (string? File, RunFolder Source) Choice(string? one) => one switch
        {
            null => (null, run),
            _ when Directory.Exists(one) && !BioImageIoPackage.IsAt(one) => (null, new RunFolder(one)),
            _ => (Path.GetFullPath(one), run),
        };
    }

    private (string? File, RunFolder Source) First => _choices[0];

    /// <summary>Stays the same during the whole attempt, whatever is trained meanwhile.</summary>
    /// <returns>Null when there is no model for it, or one of several is missing.</returns>
    public ModelPaths? For(PlannedImage image)
    {
        if (!_byGroup.TryGetValue(image.Group, out ModelPaths? models))
        {
            string[] found = [.. _choices.Select(PathFor).OfType<string>()];
            models = found.Length < _choices.Length ? null : new ModelPaths(found);
            _byGroup[image.Group] = models;
        }
        return models;

        string? PathFor((string? File, RunFolder Source) choice) =>
            choice.File is null ? choice.Source.ModelFor(image.Group) : Path.Exists(choice.File) ? choice.File : null;
    }

    public string WhyNone(PlannedImage image) =>
        $"no model for group '{image.Group}': neither {First.Source.ModelFolder(image.Group).Model} nor "
        + $"{First.Source.ModelFolder(null).Model} exists. Train one (srbatch train --group '{image.Group}', or without --group for all) "
        + "and run again.";

    /// <summary>For the log: the models of <paramref name="images"/>, separated by commas; that of all images when there is none.</summary>
    public string Describe(IEnumerable<PlannedImage> images) =>
        images.Select(For).OfType<ModelPaths>().SelectMany(models => models.Paths).Distinct().ToArray() is { Length: > 0 } paths
        ? string.Join(", ", paths)
        : First.File ?? First.Source.ModelFolder(null).Model;

    /// <summary>Before there is a plan: a path that is mistyped must not leave a run folder behind.</summary>
    /// <exception cref="SrBatchException">Exit code 78: a model is missing.</exception>
    /// <param name="run">Folder of the outputs.</param>
    public void RequireAll(RunFolder run)
    {
        foreach ((string? file, RunFolder source) in _choices)
        {
            if (file is not null ? !Path.Exists(file) : !source.HasModel)
            {
                throw Missing(file, source, run, "of a group");
            }
        }
    }

    /// <exception cref="SrBatchException">Exit code 78: no image of the plan has a model.</exception>
    public void RequireAny(Plan plan, RunFolder run)
    {
        if (plan.Images.Any(image => For(image) is not null))
        {
            return;
        }
        (string? file, RunFolder source) = _choices.FirstOrDefault(choice => choice.File is not null && !Path.Exists(choice.File), First);
        throw Missing(file, source, run, "of one of the groups " + Groups(plan));
    }

    private static SrBatchException Missing(string? file, RunFolder source, RunFolder run, string ofGroups) =>
        new(ExitCode.BadManifest, file is not null || source == run
            ? $"{file ?? source.ModelFolder(null).Model} does not exist. {Why(file, source)}"
            : $"--model: {source.Path} has neither model.safetensors nor a model {ofGroups}; "
                + "expected a run folder that was trained, or a model file.");

    private static string Why(string? file, RunFolder run)
    {
        const string First = "Train first ('srbatch train' with the same --run), or pass --model.";
        if (file is not null)
        {
            return First;
        }
        string checkpoints = run.ModelFolder(null).Checkpoints;
        return Directory.Exists(checkpoints)
            ? $"A training began in {checkpoints}, but has not ended with a model. If it does not run now, the last lines of its log say "
                + "why; 'srbatch train' with the same --manifest and --run continues it."
            : First + " If train has run, the last lines of its log say why it ended without a model.";
    }

    /// <summary>
    /// All images of a group must come from one model; each output names it. One output of each group is enough, because every task checks
    /// this.
    /// </summary>
    /// <exception cref="SrBatchException">Exit code 78.</exception>
    public void RefuseOthers(Plan plan, RunFolder run, RunContext context)
    {
        if (!Directory.Exists(run.Images))
        {
            return;
        }
        Dictionary<string, PlannedImage> images = plan.Images.ToDictionary(image => image.Id, StringComparer.Ordinal);
        HashSet<string> groups = [.. plan.Images.Select(image => image.Group)];
        int count = groups.Count;
        foreach (string path in Directory.EnumerateFiles(run.Images, "*.h5"))
        {
            if (groups.Count == 0)
            {
                break;
            }
            if (images.TryGetValue(Path.GetFileNameWithoutExtension(path), out PlannedImage? image)
                && groups.Contains(image.Group)
                && ModelOf(path, context) is { } found
                && groups.Remove(image.Group)
                && For(image) is { } model
                && found != Sha256(model))
            {
                ModelFile.RequireSound(model.Paths);
                string doomed = count == 1
                    ? $"{run.Images} to make all again"
                    : $"the images of group '{image.Group}' in {run.Images} to make them again";
                throw new SrBatchException(
                    ExitCode.BadManifest,
                    $"{path} was made by another model (sha256 {found[..Math.Min(12, found.Length)]}) "
                    + $"than {model} ({Sha256(model)[..12]}). "
                    + $"Use a new run folder, or delete {doomed}.");
            }
        }
    }

    /// <returns>
    /// SHA-256 of the model that made an output; null, with a warning, if the output is damaged: that costs no other image.
    /// </returns>
    private static string? ModelOf(string output, RunContext context)
    {
        try
        {
            return OutputFile.Read(output).ModelSha256;
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed)
        {
            Log.Warning(context.Log, $"{damaged.Message} This output counts as done; delete it to have it made again.");
            return null;
        }
    }

    private static string Groups(Plan plan) =>
        string.Join(", ", plan.Images.Select(image => $"'{image.Group}'").Distinct().Order(StringComparer.Ordinal));

    private string Sha256(ModelPaths models)
    {
        if (!_sha256.TryGetValue(models, out string? sha256))
        {
            _sha256[models] = sha256 = ModelSet.Combined(models.Paths.Select(ModelFile.Sha256Of));
        }
        return sha256;
    }
}
