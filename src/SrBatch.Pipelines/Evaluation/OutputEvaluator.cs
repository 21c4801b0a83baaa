using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// Scores output files, whoever made them. What inference found out about a plane's input and cannot be computed again here is kept.
/// </summary>
internal sealed class OutputEvaluator
{
    private readonly Plan _plan;
    private readonly RunFolder _run;
    private readonly QualityPart _part;
    private readonly RunContext _context;
    private readonly Hdf5ReadOptions _reading;
    private readonly Dictionary<(string Image, int? T, int? C, int? Z), QualityRow> _known;
    private readonly Dictionary<string, OutputConsistency?> _limits = new(StringComparer.Ordinal);
    private bool _isOutputToBlame;

    /// <param name="plan">Of the run.</param>
    /// <param name="run">Its models say how well good outputs explain their inputs.</param>
    /// <param name="part">Makes blank rows.</param>
    /// <param name="known">Rows of the run so far, if the outputs are its own; else empty.</param>
    /// <param name="context">The world outside.</param>
    public OutputEvaluator(Plan plan, RunFolder run, QualityPart part, IReadOnlyList<QualityRow> known, RunContext context)
    {
        (_plan, _run, _part, _context) = (plan, run, part, context);
        _reading = context.Reading(plan.LinkedFolders);
        _known = known.Where(row => row.Width is not null).ToDictionary(row => (row.Image, row.T, row.C, row.Z));
    }

    /// <param name="image">Of the plan.</param>
    /// <param name="path">Its output.</param>
    /// <param name="dataset">Of the output file.</param>
    /// <returns>One row for each plane.</returns>
    /// <exception cref="SrBatchException">Exit code 65: output, input or target cannot be read, or the output has another size.</exception>
    public IReadOnlyList<QualityRow> Score(PlannedImage image, string path, string dataset) =>
        Read(image, path, dataset, score => Task.FromResult(score())).Rows();

    /// <summary>Reads an output with its input and target.</summary>
    /// <param name="image">Of the plan.</param>
    /// <param name="path">Its output.</param>
    /// <param name="dataset">Of the output file.</param>
    /// <param name="begin">Begins to score a plane; may wait, so that few planes are in memory.</param>
    /// <exception cref="SrBatchException">Exit code 65: output, input or target cannot be read, or the output has another size.</exception>
    public ScoredImage Read(PlannedImage image, string path, string dataset, Func<Func<QualityRow>, Task<QualityRow>> begin) =>
        _reading.Retry.Run(() => ReadOnce(image, path, dataset, begin), _context.Stop);

    /// <param name="image">Of the plan.</param>
    /// <param name="path">Its output.</param>
    /// <param name="fault">Why it could not be scored.</param>
    /// <param name="advice">Added if the output is damaged.</param>
    /// <returns>
    /// A failure. If the output is damaged, the row has the time of its file: the failure counts until the output is made again.
    /// </returns>
    public QualityRow ReadFailure(PlannedImage image, string path, SrBatchException fault, string advice)
    {
        // An inner exception is an error of the disk or a permission: the output may be whole.
        bool isDamaged = _isOutputToBlame && fault.InnerException is null;
        return Failure(image, fault.Message + (isDamaged ? advice : "")) with
        {
            OutputChangedAt = isDamaged ? OutputPixels.ChangedAt(path) : null,
        };
    }

    /// <returns>A failure that says nothing about the output.</returns>
    public QualityRow Failure(PlannedImage image, string reason) =>
        _part.BlankRow(image) with { Verdict = Verdict.Fail, Reasons = reason };

    /// <returns>Hash of all that decides the scores and verdicts of an image's output, but the output itself.</returns>
    public string ScoredWith(PlannedImage image) => ScoringBasis.HashOf(
        image,
        [string.Join(' ', _plan.Quality.Metrics), $"{_plan.Quality.Limits()}", $"{LimitsOf(image.Group)}", $"{_plan.Model.Scale}"]);

    private ScoredImage ReadOnce(PlannedImage image, string path, string dataset, Func<Func<QualityRow>, Task<QualityRow>> begin)
    {
        PlannedDataset input = image.Input!;
        DateTimeOffset? changed = OutputPixels.ChangedAt(path);
        string scoredWith = ScoredWith(image);
        using OutputPixels output = OfOutput(() => OutputPixels.Open(path, dataset, input, _plan.Model.Scale, _reading));
        using PlaneReader? deviation = OfOutput(() => dataset == OutputFile.Dataset && HasDisagreement(path)
            ? PlaneReader.Open(path, OutputFile.Disagreement, input.Axes, _reading)
            : null);
        using var scorer = new ImageScorer(image, new PlaneScorer(_plan.Quality, _plan.Model.Scale, LimitsOf(image.Group)), null, _reading);
        var rows = new List<Task<QualityRow>>();
        foreach (PlanePair planes in PlanePair.Of(image))
        {
            _context.Stop.ThrowIfCancellationRequested();
            QualityRow row = Known(_part.BlankRow(image), scorer.KeyOf(planes.Input));
            row = VerdictRule.NeverWritten(row, "output", OfOutput(() => output.NeverWritten(planes.Input)), output.PlaneValues);
            float[] pixels = OfOutput(() => output.Read(planes.Input, scorer.Shown));
            float[]? deviations = OfOutput(() => Shown(deviation, planes));
            rows.Add(begin(scorer.Read(row, new OutputPlane(planes, pixels, deviations))));
        }
        string sha256 = output.Sha256();
        return new ScoredImage(
            image,
            rows,
            row => row with { OutputSha256 = sha256, OutputChangedAt = changed, ScoredWith = scoredWith });

        float[]? Shown(PlaneReader? reader, PlanePair planes)
        {
            if (reader is null || scorer.Shown is not { } shown)
            {
                return null;
            }
            float[] pixels = new float[shown.Rows * shown.Columns];
            reader.Read(input.WithinSelection(planes.Input), shown.Row, shown.Column, shown.Rows, shown.Columns, pixels);
            return pixels;
        }
    }

    /// <summary>Notes that a fault is the output's, not that of its input or target.</summary>
    private T OfOutput<T>(Func<T> read)
    {
        _isOutputToBlame = true;
        T result = read();
        _isOutputToBlame = false;
        return result;
    }

    private bool HasDisagreement(string path)
    {
        using Hdf5File file = Hdf5File.OpenRead(path, _reading);
        return file.Exists(OutputFile.Disagreement);
    }

    /// <summary>What inference knew of the plane: how it was made, and what speaks against its input.</summary>
    private QualityRow Known(QualityRow row, (int? T, int? C, int? Z) plane) =>
        !_known.TryGetValue((row.Image, plane.T, plane.C, plane.Z), out QualityRow? old)
        ? row
        : VerdictRule.Keep(
            row with
            {
                ModelSha256 = old.ModelSha256,
                Tiles = old.Tiles,
                Halo = old.Halo,
                Seconds = old.Seconds,
                Device = old.Device,
                Precision = old.Precision,
                Attempt = old.Attempt,
            },
            old,
            _plan.Quality.Limits(),
            isJudgedAgain: LimitsOf(old.Group) is not null);

    /// <summary>
    /// How well outputs explain their inputs does not depend on who made them: the limits of the run's own model apply to others, too.
    /// </summary>
    private OutputConsistency? LimitsOf(string group)
    {
        if (!_limits.TryGetValue(group, out OutputConsistency? good))
        {
            try
            {
                good = _run.ModelFor(group) is { } model ? ModelFile.Read(model).Card.Outputs : null;
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                // Scores need no model.
                Log.NoLimits(_context.Log, group, fault.Message);
            }
            _limits[group] = good;
        }
        return good;
    }
}
