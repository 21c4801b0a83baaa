using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>The data of <c>report.html</c>, which is put into the page as JSON.</summary>
internal sealed record ReportPage
{
    /// <summary>Most rows of the table, and most images in a list. The worst planes are kept.</summary>
    public const int MostPlanes = 5000, MostNamed = 500;

    public required string Name { get; init; }
    public required string Run { get; init; }
    public required RunSummary Summary { get; init; }

    /// <summary>Numbers of images that pass, warn, fail, and are not done yet.</summary>
    public required IReadOnlyList<int> Images { get; init; }
    public required IReadOnlyList<ScoreKind> Kinds { get; init; }

    /// <summary>One for each of <see cref="Kinds"/>, in that order.</summary>
    public required IReadOnlyList<Distribution> Distributions { get; init; }

    /// <summary>One for each of <see cref="Kinds"/>, over the summary's planes or else all planes; null: no plane has a value.</summary>
    public required IReadOnlyList<double?> Means { get; init; }
    public required IReadOnlyList<PlaneLine> Planes { get; init; }

    /// <summary>Number of planes of the run; <see cref="Planes"/> may have fewer.</summary>
    public required int PlanesOfRun { get; init; }
    public required IReadOnlyList<PlaneView> Worst { get; init; }
    public required string ErrorScale { get; init; }
    public required IReadOnlyList<TrainingCurve> Trainings { get; init; }
    public required IReadOnlyList<string> TrainingNotes { get; init; }
    public required IReadOnlyList<FailedImage> Failed { get; init; }
    public required int FailedOfRun { get; init; }

    /// <summary>Ids of the first images that are not done yet.</summary>
    public required IReadOnlyList<string> Left { get; init; }
    public required IReadOnlyList<WorkDone> Work { get; init; }

    /// <summary>Null when no attempt recorded times.</summary>
    public required StageWork? Stages { get; init; }

    /// <summary>What all attempts used.</summary>
    public required IReadOnlyList<UsageSum> Usage { get; init; }
    public required RunOrigin Origin { get; init; }

    public static ReportPage Of(RunFolder run, Plan plan, MergedQuality merged, RunContext context)
    {
        IReadOnlyList<QualityRow> rows = merged.Rows;
        IReadOnlyList<ScoreKind> kinds = ScoreKind.Present(rows);
        Verdict[] verdicts = [Verdict.Pass, Verdict.Warn, Verdict.Fail];
        QualityRow[] failed = [.. rows.Where(row => row.IsFailure)];
        QualityRow[] scored = [.. rows.Where(row => row.PsnrDb is not null)];
        IReadOnlyList<QualityRow> judged = scored.Length == 0 ? rows : RunSummary.Judged(scored).Planes;
        var notes = new List<string>();
        (string? Group, IReadOnlyList<TrainingRow> Rows)[] trainings = [.. ReadTrainings(run, plan, notes)];
        HashSet<QualityRow> listed = rows.Count <= MostPlanes ? [] : [.. WorstPlanes.Ordered(rows).Take(MostPlanes)];
        return new ReportPage
        {
            Name = plan.Name,
            Run = run.Name,
            Summary = RunSummary.Of(rows, merged.Left),
            Images = [.. verdicts.Select(verdict => RunSummary.Images(rows, verdict)), merged.Left.Count],
            Kinds = kinds,
            Distributions = [.. kinds.Select(kind => Distribution.Of(kind, rows))],
            Means = [.. kinds.Select(kind => judged.Average(kind.Of))],
            Planes = [.. rows.Where(row => listed.Count == 0 || listed.Contains(row)).Select(row => PlaneLine.Of(row, kinds))],
            PlanesOfRun = rows.Count,
            Worst = Pictures(run, plan, rows, kinds, context),
            ErrorScale = PlanePictures.ErrorScale(),
            Trainings = [.. trainings.Select(training => TrainingCurve.Of(training.Group, training.Rows))],
            TrainingNotes = notes,
            Failed = [.. failed.Take(MostNamed).Select(row => new FailedImage(row.Image, row.Reasons))],
            FailedOfRun = failed.Length,
            Left = [.. merged.Left.Take(MostNamed).Select(image => image.Id)],
            Work = [.. trainings.Select(Training), .. WorkDone.Enhancing(run, plan)],
            Stages = StageWork.Of(run),
            Usage = UsageSum.Of(TaskFolder.Read(run).Select(task => task.Record)),
            Origin = RunOrigin.Of(run, plan, rows, [.. Groups(plan)]),
        };
    }

    private static WorkDone Training((string? Group, IReadOnlyList<TrainingRow> Rows) training) =>
        WorkDone.Training(training.Group, [.. training.Rows.Select(row => (row.Step, row.Seconds))]);

    private static List<PlaneView> Pictures(
        RunFolder run,
        Plan plan,
        IReadOnlyList<QualityRow> rows,
        IReadOnlyList<ScoreKind> kinds,
        RunContext context)
    {
        Dictionary<string, PlannedImage> planned = plan.Images.ToDictionary(image => image.Id, StringComparer.Ordinal);
        Hdf5ReadOptions reading = context.Reading(plan.LinkedFolders);
        (double Low, double High) percentiles = (plan.Training.PercentileLow, plan.Training.PercentileHigh);
        var views = new List<PlaneView>();
        IReadOnlyList<QualityRow> worst = WorstPlanes.Choose(rows);
        using IDisposable progress = context.Progress.Begin("report", "pictures", worst.Count);
        foreach (QualityRow row in worst)
        {
            context.Stop.ThrowIfCancellationRequested();
            int scale = row.Scale ?? plan.Model.Scale;
            PlaneImages images = PlaneImages.Read(run, planned[row.Image], row, scale, reading);
            string? missing = null;
            PlaneView view = PlanePictures.Of(PlaneLine.Of(row, kinds), images, scale, row.PixelSizeUm, percentiles, AgainstInput);
            views.Add(missing is null ? view : view with { Notes = [.. view.Notes, missing] });
            context.Progress.Advance();

            ErrorMap? AgainstInput(FloatImage output, FloatImage input)
            {
                try
                {
                    return ErrorMap.AgainstInput(output, input, scale, context);
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.Unavailable)
                {
                    missing = $"The error map is not shown: {fault.Message}";
                    return null;
                }
            }
        }
        return views;
    }

    private static IEnumerable<(string? Group, IReadOnlyList<TrainingRow> Rows)> ReadTrainings(
        RunFolder run,
        Plan plan,
        List<string> notes)
    {
        foreach (string? group in Groups(plan))
        {
            string path = run.ModelFolder(group).TrainingTable;
            IReadOnlyList<TrainingRow> rows = [];
            try
            {
                rows = File.Exists(path) ? TrainingParquet.Read(path) : [];
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                notes.Add($"A training is not shown: {fault.Message}");
            }
            if (rows.Count > 0)
            {
                yield return (group, rows);
            }
        }
    }

    /// <summary>Null for all images together, then each group that may have its own training.</summary>
    private static IEnumerable<string?> Groups(Plan plan) => plan.TrainingGroups().Prepend(null);
}
