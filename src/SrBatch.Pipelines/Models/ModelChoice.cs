using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.BioImageIo;

namespace SrBatch.Pipelines.Models;

/// <summary>
/// Chooses the model for each image. A model file serves all images. A run folder gives each group its own model, or else the model of all
/// images. Several files or folders are averaged.
/// </summary>
internal sealed class ModelChoice
{
    /// <summary>Each is a file, or, where that is null, a run folder.</summary>
    private readonly (string? File, RunFolder Source)[] _choices;
    private readonly Dictionary<string, string?> _byGroup = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sha256 = new(StringComparer.Ordinal);

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

    /// <summary>Finds the models for an image. The answer for a group stays the same, whatever is trained meanwhile.</summary>
    /// <returns>Paths, one per line, see <see cref="Paths"/>; null when a model is missing.</returns>
    public string? For(PlannedImage image)
    {
        if (!_byGroup.TryGetValue(image.Group, out string? paths))
        {
            string?[] each = [.. _choices.Select(Find)];
            paths = each.Contains(null) ? null : string.Join('\n', each);
            _byGroup[image.Group] = paths;
        }
        return paths;

        string? Find((string? File, RunFolder Source) choice)
        {
            if (choice.File is null)
            {
                return choice.Source.ModelFor(image.Group);
            }
            return Path.Exists(choice.File) ? choice.File : null;
        }
    }

    /// <summary>Splits what <see cref="For"/> returned.</summary>
    public static IReadOnlyList<string> Paths(string models) => models.Split('\n');

    public string WhyNone(PlannedImage image) =>
        $"no model for group '{image.Group}': neither {First.Source.ModelFolder(image.Group).Model} "
        + $"nor {First.Source.ModelFolder(null).Model} exists. "
        + $"Train one (srbatch train --group '{image.Group}', or without --group for all) and run again.";

    /// <summary>For the log: the models for the images, separated by commas; without any, the path of the first one expected.</summary>
    public string Describe(IEnumerable<PlannedImage> images)
    {
        string[] paths = [.. images.Select(For).OfType<string>().SelectMany(Paths).Distinct()];
        return paths.Length > 0 ? string.Join(", ", paths) : First.File ?? First.Source.ModelFolder(null).Model;
    }

    /// <exception cref="SrBatchException">Exit code 78: no image of the plan has a model.</exception>
    public void RequireAny(Plan plan, RunFolder run)
    {
        if (plan.Images.Any(image => For(image) is not null))
        {
            return;
        }
        (string? file, RunFolder source) = _choices.FirstOrDefault(choice => choice.File is not null && !Path.Exists(choice.File), First);
        string missing = file ?? source.ModelFolder(null).Model;
        if (file is not null || source == run)
        {
            throw new SrBatchException(
                ExitCode.BadManifest, $"{missing} does not exist. Train first ('srbatch train' with the same --run), or pass --model.");
        }
        IEnumerable<string> groups = plan.Images.Select(image => $"'{image.Group}'").Distinct().Order(StringComparer.Ordinal);
        throw new SrBatchException(
            ExitCode.BadManifest,
            $"--model: {source.Path} has neither model.safetensors nor a model of one of the groups {string.Join(", ", groups)}; "
            + "expected a run folder that was trained, or a model file.");
    }

    /// <summary>
    /// Checks that finished images were made by the model chosen now, as all images of a group must come from one model. One image of each
    /// group is enough, as every task checks before it adds images.
    /// </summary>
    /// <exception cref="SrBatchException">Exit code 78: an image was made by another model.</exception>
    public void RefuseOthers(Plan plan, RunFolder run)
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
            bool isFirstOfGroup = images.TryGetValue(Path.GetFileNameWithoutExtension(path), out PlannedImage? image)
                && groups.Remove(image.Group);
            if (!isFirstOfGroup || For(image!) is not { } model)
            {
                continue;
            }
            string found = OutputFile.Read(path).ModelSha256, wanted = Sha256(model);
            if (found != wanted)
            {
                string remedy = count == 1
                    ? $"delete {run.Images} to make all again"
                    : $"delete the images of group '{image!.Group}' in {run.Images} to make them again";
                throw new SrBatchException(
                    ExitCode.BadManifest,
                    $"{path} was made by another model (sha256 {found[..Math.Min(12, found.Length)]}) "
                    + $"than {string.Join(", ", Paths(model))} ({wanted[..12]}). Use a new run folder, or {remedy}.");
            }
        }
    }

    private string Sha256(string models)
    {
        if (!_sha256.TryGetValue(models, out string? sha256))
        {
            _sha256[models] = sha256 = ModelSet.Combined(Paths(models).Select(ModelFile.Sha256Of));
        }
        return sha256;
    }
}
