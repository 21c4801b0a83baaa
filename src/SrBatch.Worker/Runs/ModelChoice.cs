using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Weights;

namespace SrBatch.Worker.Runs;

/// <summary>Which model enhances which image: one file for all, or of a run folder each group's own, else the one of all images.</summary>
internal sealed class ModelChoice
{
    private readonly string? _file;
    private readonly RunFolder _source;
    private readonly Dictionary<string, string?> _byGroup = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sha256 = new(StringComparer.Ordinal);

    /// <param name="asked">A model file or a run folder; null: <paramref name="run"/>.</param>
    /// <param name="run">Where the images go.</param>
    public ModelChoice(string? asked, RunFolder run)
    {
        bool isFolder = asked is not null && Directory.Exists(asked);
        _file = asked is null || isFolder ? null : Path.GetFullPath(asked);
        _source = isFolder ? new RunFolder(asked!) : run;
    }

    /// <summary>The same during the whole attempt, whatever is trained meanwhile.</summary>
    /// <returns>Null when there is none for it.</returns>
    public string? For(PlannedImage image)
    {
        if (!_byGroup.TryGetValue(image.Group, out string? path))
        {
            path = _file is null ? _source.ModelFor(image.Group) : File.Exists(_file) ? _file : null;
            _byGroup[image.Group] = path;
        }
        return path;
    }

    public string WhyNone(PlannedImage image) =>
        $"no model for group '{image.Group}': neither {_source.ModelFolder(image.Group).Model} nor {_source.ModelFolder(null).Model} exists. Train one (srbatch train --group '{image.Group}', or without --group for all) and run again.";

    /// <summary>For the log: the models of <paramref name="images"/>, parted by commas; that of all images when there is none.</summary>
    public string Describe(IEnumerable<PlannedImage> images) => images.Select(For).OfType<string>().Distinct().ToArray() is { Length: > 0 } paths
        ? string.Join(", ", paths)
        : _file ?? _source.ModelFolder(null).Model;

    /// <exception cref="SrBatchException">Exit code 78: no image of the whole plan has a model.</exception>
    public void RequireAny(Plan plan, RunFolder run)
    {
        if (plan.Images.Any(image => For(image) is not null))
        {
            return;
        }
        string missing = _file ?? _source.ModelFolder(null).Model;
        throw new SrBatchException(ExitCode.BadManifest, _file is not null || _source == run
            ? $"{missing} does not exist. Train first ('srbatch train' with the same --run), or pass --model."
            : $"--model: {_source.Path} has neither model.safetensors nor a model of one of the groups {string.Join(", ", plan.Images.Select(image => $"'{image.Group}'").Distinct().Order(StringComparer.Ordinal))}; expected a run folder that was trained, or a model file.");
    }

    /// <summary>All images of a group must come from one model; which one, each says of itself. One look for each group suffices, as every task makes it.</summary>
    /// <exception cref="SrBatchException">Exit code 78.</exception>
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
            if (images.TryGetValue(Path.GetFileNameWithoutExtension(path), out PlannedImage? image) && groups.Remove(image.Group) && For(image) is { } model
                && OutputFile.Read(path).ModelSha256 is var found && found != Sha256(model))
            {
                string doomed = count == 1 ? $"{run.Images} to make all again" : $"the images of group '{image.Group}' in {run.Images} to make them again";
                throw new SrBatchException(ExitCode.BadManifest, $"{path} was made by another model (sha256 {found[..Math.Min(12, found.Length)]}) than {model} ({Sha256(model)[..12]}). Use a new run folder, or delete {doomed}.");
            }
        }
    }

    private string Sha256(string model)
    {
        if (!_sha256.TryGetValue(model, out string? sha256))
        {
            _sha256[model] = sha256 = Safetensors.FileSha256(model);
        }
        return sha256;
    }
}
