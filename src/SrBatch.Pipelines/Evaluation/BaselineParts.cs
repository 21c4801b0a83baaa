using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Parquet;
using SrBatch.Torch.Baselines;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>The rows that each attempt keeps in <c>baselines/</c>, merged into <c>baselines.parquet</c>.</summary>
internal sealed class BaselineParts
{
    private readonly RunFolder _run;
    private readonly IReadOnlyList<PlannedImage> _images;
    private readonly IReadOnlyDictionary<string, Baseline[]> _chosen;
    private readonly RowPart<BaselineRow> _part;

    /// <param name="run">Gets the table.</param>
    /// <param name="plan">Of the run.</param>
    /// <param name="chosen">By group, the methods with their parameters.</param>
    /// <param name="context">The world outside.</param>
    public BaselineParts(RunFolder run, Plan plan, IReadOnlyDictionary<string, Baseline[]> chosen, RunContext context)
    {
        (_run, _images, _chosen) = (run, plan.Images, chosen);
        _part = new RowPart<BaselineRow>(run.BaselineParts, "baselines", BaselineParquet.Write, context);
    }

    /// <summary>Adds the rows of an image, and keeps them now and then.</summary>
    public void Add(PlannedImage image, IEnumerable<BaselineRow> rows)
    {
        string basis = BasisOf(image);
        _part.Add([.. rows.Select(row => row with { ScoredWith = basis })]);
    }

    public void Write() => _part.Write();

    /// <returns>Images whose rows are kept, and still hold.</returns>
    public IReadOnlySet<string> Known() =>
        Rows(PartFolder.Files(_run.BaselineParts)).Select(row => row.Image).ToHashSet(StringComparer.Ordinal);

    /// <summary>Merges the parts of all shards into the table.</summary>
    /// <returns>Its rows: those that still hold, in the order of the plan.</returns>
    public IReadOnlyList<BaselineRow> Merge()
    {
        BaselineRow[] rows = [];
        PartFolder.Merge(_run.BaselineParts, parts =>
        {
            rows = [.. Rows(parts)];
            BaselineParquet.Write(_run.BaselineTable, rows);
        });
        return rows;
    }

    private IEnumerable<BaselineRow> Rows(IEnumerable<string> parts)
    {
        // Later parts replace earlier ones. The images of a damaged part are scored again.
        var newest = new Dictionary<string, BaselineRow[]>(StringComparer.Ordinal);
        foreach (IGrouping<string, BaselineRow> image in parts.SelectMany(part =>
            (PartFolder.TryRead(part, BaselineParquet.Read, out _) ?? []).GroupBy(row => row.Image)))
        {
            newest[image.Key] = [.. image];
        }
        return _images.Where(image => newest.TryGetValue(image.Id, out BaselineRow[]? rows) && Holds(image, rows))
            .SelectMany(image => newest[image.Id]);
    }

    /// <summary>Whether an image has the scores of all its planes, each by all methods.</summary>
    private bool Holds(PlannedImage image, BaselineRow[] rows) =>
        image.Input is { } input
        && _chosen.TryGetValue(image.Group, out Baseline[]? methods)
        && BasisOf(image) is var basis
        && rows.All(row => row.ScoredWith == basis)
        && rows.Length == methods.Length * input.PlaneCount
        && rows.Select(row => (row.T, row.C, row.Z)).Distinct().Count() == input.PlaneCount
        && rows.Chunk(methods.Length).All(plane =>
            plane.Select(row => (row.Method, row.Parameters)).SequenceEqual(methods.Select(method => (method.Method, method.Parameters))));

    private static string BasisOf(PlannedImage image) => ScoringBasis.HashOf(image, ["baselines"]);
}
