using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>Paths of all files of a run; docs/run-folder.md describes the files.</summary>
public sealed class RunFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>As the user wrote it, for commands in messages.</summary>
    public string GivenPath => path;

    /// <summary>Whether a folder is a run folder: it has a plan.</summary>
    public static bool IsAt(string path) => File.Exists(new RunFolder(path).Plan);

    /// <summary>The run's name in reports.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/'));
    public string Plan => In("plan.json");
    public string Images => In("images");
    public string QualityParts => In("quality");
    public string Restarts => In("restarts");
    public string Tasks => In("tasks");

    /// <summary>Held by a task while it changes the plan.</summary>
    public string PlanClaim => ClaimFolder.PathOf(System.IO.Path.Combine(Restarts, "plan.json"));

    /// <summary>What the tasks of a verb compute with; see <see cref="FrozenCompute"/>.</summary>
    public string Compute(string verb) => System.IO.Path.Combine(In("compute"), verb + ".json");

    /// <summary>Where the lines for sbatch that 'srbatch plan' prints send the logs of tasks.</summary>
    public string Logs => In("logs");

    public string QualityTable => In("quality.parquet");
    public string ReportPage => In("report.html");
    public string BaselineTable => In("baselines.parquet");

    /// <summary>Folder of the parts of <see cref="BaselineTable"/>.</summary>
    public string BaselineParts => In("baselines");

    /// <summary>Scores of another program's images.</summary>
    /// <param name="name">Of their folder.</param>
    public string EvaluationTable(string name) => In($"evaluation-{name}.parquet");

    /// <summary>Folder of the parts of <see cref="EvaluationTable"/>.</summary>
    public string EvaluationParts(string name) => In($"evaluation-{name}");

    /// <summary>
    /// A file's name for the plan, which moves with the folder: relative to the folder when it lies in it, else absolute.
    /// </summary>
    public string NameOf(string path) =>
        path.StartsWith(Path.TrimEnd('/') + "/", StringComparison.Ordinal) ? System.IO.Path.GetRelativePath(Path, path) : path;

    /// <summary>The enhanced image; it is done exactly when this file exists.</summary>
    public string Image(string id) => System.IO.Path.Combine(Images, id + ".h5");

    /// <summary>Ids of all images that are done.</summary>
    public HashSet<string> ImagesMade() => !Directory.Exists(Images)
        ? new HashSet<string>(StringComparer.Ordinal)
        : Directory.EnumerateFiles(Images, "*.h5")
            .Select(System.IO.Path.GetFileNameWithoutExtension)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Files of the training on a group's images; null: of the training on all images, in the run folder itself.</summary>
    public ModelFolder ModelFolder(string? group) => new(group is null ? Path : System.IO.Path.Combine(Groups, GroupFolder.NameOf(group)));

    /// <summary>The model for images of a group: the group's own if there is one, else the model of all images.</summary>
    /// <param name="group">Null: only the model of all images.</param>
    /// <param name="but">A model that does not count.</param>
    /// <returns>Null if there is neither.</returns>
    public string? ModelFor(string? group, string? but = null) =>
        new[] { ModelFolder(group).Model, ModelFolder(null).Model }.FirstOrDefault(model => model != but && File.Exists(model));

    /// <summary>Whether there is a model, or may be one of a group.</summary>
    public bool HasModel => File.Exists(ModelFolder(null).Model) || Directory.Exists(Groups);

    /// <summary>Checks at the end of work that the folder is still the one that it began in.</summary>
    /// <exception cref="SrBatchException">Exit code 74: somebody deleted or moved the folder.</exception>
    public void RequirePlan()
    {
        if (!File.Exists(Plan))
        {
            throw new SrBatchException(
                ExitCode.CannotWrite,
                $"{Plan} is gone: the run folder was deleted or moved while srbatch worked in it, so results may be missing. "
                    + "Run the same command again, in the place where the folder is to be.");
        }
    }

    /// <summary>Whether a training that uses images of this group has begun: it has a model or a checkpoint, or a process works on it.</summary>
    public bool HasTraining(string group) => new[] { ModelFolder(null), ModelFolder(group) }.Any(folder => folder.HasTraining);

    /// <summary>The folder itself as that of the model of all images, then those of the groups that were trained alone.</summary>
    public IEnumerable<ModelFolder> ModelFolders() =>
        (Directory.Exists(Groups) ? Directory.EnumerateDirectories(Groups) : []).Select(folder => new ModelFolder(folder))
            .Prepend(ModelFolder(null));

    /// <summary>
    /// Deletes files that killed tasks left half written. The claim on an image that is not done stays: from it the next task learns of a
    /// death.
    /// </summary>
    public void CleanTemporaries(RunContext context)
    {
        foreach (string folder in WrittenFolders())
        {
            Leftovers.Clean(folder, context);
        }
        PartialImage.DeleteDone(Images);
        ClaimFolder.Clean(Images, id => File.Exists(Image(id)));
        foreach (ModelFolder model in ModelFolders())
        {
            ClaimFolder.Clean(model.Path, _ => true);
        }
    }

    /// <summary>The files that <see cref="CleanTemporaries"/> deletes, but for claims.</summary>
    public IReadOnlyList<string> Abandoned() => [.. WrittenFolders().SelectMany(Leftovers.In), .. PartialImage.OfDone(Images)];

    private IEnumerable<string> WrittenFolders() =>
    [
        Images, QualityParts, Restarts, Tasks, In("compute"),
        .. ModelFolders().SelectMany(model => new[] { model.Path, model.Checkpoints, model.Samples }),
    ];

    private string Groups => In("groups");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
