using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Parquet;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>outputs (ours or another program's) + inputs + targets, where there are any -> scores. Ours become a quality part; another's become evaluation-FOLDER.parquet.</summary>
public static class EvaluateRun
{
    public static ExitCode Run(EvaluateRequest request, RunContext context)
    {
        if (request.Baselines)
        {
            return BaselineRun.Run(request, context);
        }
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, null, context);
        TorchSetup.Load(null, context);
        string folder = request.Images is null ? run.Images : Path.GetFullPath(request.Images);
        var part = new QualityPart(run, QualityPart.Evaluation, context, null, plan.Model.Scale);
        var rows = new List<QualityRow>();
        Hdf5ReadOptions reading = context.Reading(plan.LinkedFolders);
        var limits = new Dictionary<string, OutputConsistency?>(StringComparer.Ordinal);
        foreach (PlannedImage image in plan.Images.Where(image => image.Problem is null && File.Exists(Path.Combine(folder, image.Id + ".h5"))))
        {
            context.Stop.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, image.Id + ".h5");
            try
            {
                CrashMark.EnterImage(image.Id);
                rows.AddRange(reading.Retry.Run(() => Score(image, path, request.Images is null ? OutputFile.Dataset : request.Dataset, plan, part, reading, LimitsOf(image.Group)), context.Stop));
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(context.Log, image.Id, fault.Message);
                rows.Add(part.BlankRow(image) with { Verdict = Verdict.Fail, Reasons = fault.Message });
            }
        }
        CrashMark.EnterImage(null);
        if (rows.Count == 0)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{folder}: no ID.h5 of an image of the plan; expected names such as {plan.Images[0].Id}.h5");
        }
        if (request.Images is null)
        {
            part.Add(Rescored(rows, MergedQuality.Read(run, plan).Rows));
            part.Write();
        }
        else
        {
            string table = Path.Combine(run.Path, $"evaluation-{Path.GetFileName(folder.TrimEnd('/'))}.parquet");
            QualityParquet.Write(table, rows);
            Log.Wrote(context.Log, $"wrote {table}");
        }
        ScoreTable.Write(context.Out, rows);
        return rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;

        // How well outputs explain their inputs does not depend on who made them: what the run's own model does is expected of others, too.
        OutputConsistency? LimitsOf(string group)
        {
            if (!limits.TryGetValue(group, out OutputConsistency? good))
            {
                try
                {
                    good = run.ModelFor(group) is { } model ? ModelFile.Read(model).Card.Outputs : null;
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
                {
                    // Scores need no model.
                    Log.NoLimits(context.Log, group, fault.Message);
                }
                limits[group] = good;
            }
            return good;
        }
    }

    /// <summary>Our own outputs keep what inference knew of them; only their scores are new.</summary>
    private static IEnumerable<QualityRow> Rescored(List<QualityRow> rows, IReadOnlyList<QualityRow> before)
    {
        Dictionary<(string, int?, int?, int?), QualityRow> known = before.Where(row => row.Width is not null).ToDictionary(row => (row.Image, row.T, row.C, row.Z));
        return rows.Select(row => !known.TryGetValue((row.Image, row.T, row.C, row.Z), out QualityRow? old) ? row
            : Judged(row with { ModelSha256 = old.ModelSha256, Tiles = old.Tiles, Halo = old.Halo, Seconds = old.Seconds, Device = old.Device, Precision = old.Precision, Attempt = old.Attempt }, old));

        static QualityRow Judged(QualityRow row, QualityRow old) =>
            old.OutOfDistribution is null ? row : row with { OutOfDistribution = old.OutOfDistribution, Verdict = old.Verdict, Reasons = old.Reasons };
    }

    private static List<QualityRow> Score(PlannedImage image, string path, string dataset, Plan plan, QualityPart part, Hdf5ReadOptions reading, OutputConsistency? good)
    {
        DatasetHeader header = DatasetHeaders.Read(path, dataset, reading);
        PlannedDataset input = image.Input!;
        int scale = plan.Model.Scale;
        long[] expected = input.OutputShape(scale);
        if (!header.Shape.SequenceEqual(expected))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: dataset '{header.Dataset}' is [{string.Join(", ", header.Shape)}]; expected [{string.Join(", ", expected)}], axes {input.Axes}");
        }
        var quality = new PlaneQuality(plan.Quality, scale, good);
        bool hasTarget = image.Target is not null && quality.Compares;
        if (hasTarget && input.Height * input.Width * scale * scale > PlaneMetrics.MostPixels)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: its planes have {input.Height * input.Width * scale * scale} pixels; planes above {PlaneMetrics.MostPixels} are not scored");
        }
        using PlaneReader output = PlaneReader.Open(path, header.Dataset, input.Axes, reading);
        using var inputs = new PlaneSource(input, reading);
        using PlaneSource? targets = hasTarget ? new PlaneSource(image.Target!, reading) : null;
        using IEnumerator<PlaneIndex>? truths = hasTarget ? image.Target!.Planes().GetEnumerator() : null;
        var rows = new List<QualityRow>();
        foreach (PlaneIndex plane in input.Planes())
        {
            QualityRow row = part.BlankRow(image) with
            {
                T = input.Has('t') ? checked((int)plane.T) : null,
                C = input.Has('c') ? checked((int)plane.C) : null,
                Z = input.Has('z') ? checked((int)plane.Z) : null,
                Width = checked((int)input.Width * scale),
                Height = checked((int)input.Height * scale),
            };
            if (quality.Part(input, hasTarget) is { } read)
            {
                PlanePart shown = read.Enlarged(scale);
                float[] low = new float[read.Rows * read.Columns], values = new float[shown.Rows * shown.Columns];
                inputs.Read(plane, read.Row, read.Column, read.Rows, read.Columns, low);
                output.Read(input.WithinSelection(plane), shown.Row, shown.Column, shown.Rows, shown.Columns, values);
                row = quality.Score(row, input.ElementType, low, values, truths?.MoveNext() == true ? targets!.ReadPlane(truths.Current) : null, read.Rows, read.Columns);
            }
            rows.Add(row);
        }
        return rows;
    }
}
