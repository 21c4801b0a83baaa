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
        _reading.Retry.Run(() => ScoreOnce(image, path, dataset), _context.Stop);

    private List<QualityRow> ScoreOnce(PlannedImage image, string path, string dataset)
    {
        DatasetHeader header = DatasetHeaders.Read(path, dataset, _reading);
        PlannedDataset input = image.Input!;
        long[] expected = input.OutputShape(_plan.Model.Scale);
        if (!header.Shape.SequenceEqual(expected))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: dataset '{header.Dataset}' is [{string.Join(", ", header.Shape)}]; "
                + $"expected [{string.Join(", ", expected)}], axes {input.Axes}");
        }
        using PlaneReader output = PlaneReader.Open(path, header.Dataset, input.Axes, _reading);
        using PlaneReader? deviation = dataset == OutputFile.Dataset && HasDisagreement(path)
            ? PlaneReader.Open(path, OutputFile.Disagreement, input.Axes, _reading)
            : null;
        using var scorer = new ImageScorer(image, new PlaneScorer(_plan.Quality, _plan.Model.Scale, LimitsOf(image.Group)), null, _reading);
        var rows = new List<QualityRow>();
        foreach (PlanePair planes in PlanePair.Of(image))
        {
            QualityRow row = Known(_part.BlankRow(image), scorer.KeyOf(planes.Input));
            PlaneIndex at = input.WithinSelection(planes.Input);
            long missing = output.NeverWritten(at, 0, 0, checked((int)output.Height), checked((int)output.Width));
            row = VerdictRule.NeverWritten(row, "output", missing, output.Height * output.Width);
            rows.Add(scorer.Score(row, new OutputPlane(planes, Shown(output, planes) ?? [], Shown(deviation, planes))));
        }
        return rows;

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
