using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>The outputs that are evaluated: a folder of files <c>ID.h5</c>, and where their scores go.</summary>
internal sealed class EvaluatedFolder
{
    private readonly string _path;
    private readonly string? _table;
    private readonly Plan _plan;
    private readonly Hdf5ReadOptions _reading;
    private readonly Dictionary<string, OutputState> _states = new(StringComparer.Ordinal);

    private EvaluatedFolder(string path, string dataset, string parts, string? table, Plan plan)
    {
        (_path, Dataset, Parts, _table, _plan) = (path, dataset, parts, table, plan);
        _reading = new Hdf5ReadOptions { LinkedFolders = plan.LinkedFolders };
    }

    /// <summary>Of each file.</summary>
    public string Dataset { get; }

    /// <summary>Folder of the quality parts.</summary>
    public string Parts { get; }

    public static EvaluatedFolder Own(RunFolder run, Plan plan) => new(run.Images, OutputFile.Dataset, run.QualityParts, null, plan);

    public static EvaluatedFolder Of(string folder, string dataset, RunFolder run, Plan plan)
    {
        string name = Path.GetFileName(folder.TrimEnd('/'));
        return new EvaluatedFolder(folder, dataset, run.EvaluationParts(name), run.EvaluationTable(name), plan);
    }

    /// <summary>What to do with an output that cannot be read.</summary>
    public string Advice => _table is null ? " It is an output: delete it to have it made again." : "";

    public string PathOf(PlannedImage image) => Path.Combine(_path, image.Id + ".h5");

    public bool Has(PlannedImage image) => image.Problem is null && File.Exists(PathOf(image));

    /// <summary>One state an image, so that its pixels are hashed at most once.</summary>
    public OutputState State(PlannedImage image) => _states.TryGetValue(image.Id, out OutputState? state)
        ? state
        : _states[image.Id] = new OutputState(PathOf(image), Dataset, image, _plan.Model.Scale, _reading);

    /// <exception cref="SrBatchException">Exit code 78: there is no output at all.</exception>
    public void RequireAny()
    {
        if (!_plan.Images.Any(Has))
        {
            throw new SrBatchException(
                ExitCode.BadManifest, $"{_path}: no ID.h5 of an image of the plan; expected names such as {_plan.Images[0].Id}.h5");
        }
    }

    /// <summary>Merges the parts of another program's images, of all shards, into their table.</summary>
    public void Merge(RunContext context)
    {
        if (_table is null)
        {
            return;
        }
        PartFolder.Merge(Parts, parts =>
        {
            Dictionary<string, ImageRows> known = ImageRows.Read(parts);
            QualityParquet.Write(_table, [.. _plan.Images.Where(Has).SelectMany(image => RowsOf(image, known))]);
        });
        Log.Wrote(context.Log, $"wrote {_table}");
    }

    /// <returns>Rows of the file as it is now; else of the last attempt, which could not compare it.</returns>
    private QualityRow[] RowsOf(PlannedImage image, Dictionary<string, ImageRows> known) =>
        State(image).NewestOf(known.GetValueOrDefault(image.Id)) ?? known.GetValueOrDefault(image.Id)?.Newest ?? [];
}
