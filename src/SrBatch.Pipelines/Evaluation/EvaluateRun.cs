using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// This task's shard of outputs (ours or another program's) + inputs + targets, if there are any -> scores. Those of our own outputs become
/// a quality part; those of another program's become evaluation-FOLDER.parquet. An output that was scored before and did not change is
/// not scored again; after a stop or a kill, the same command does the rest.
/// </summary>
public static class EvaluateRun
{
    public static ExitCode Run(EvaluateRequest request, RunContext context)
    {
        if (request.Baselines)
        {
            return BaselineRun.Run(request, context);
        }
        var run = new RunFolder(request.Run);
        if (request.Images is null)
        {
            FrozenPlan.Require(run);
        }
        (Plan plan, ShardNumber shard) = TaskShard.Choose(request.Manifest, run, request.Shard, context);
        EvaluatedFolder folder = request.Images is { } other
            ? EvaluatedFolder.Of(Path.GetFullPath(other), request.Dataset, run, plan)
            : EvaluatedFolder.Own(run, plan);
        folder.RequireAny();
        PlannedImage[] images = [.. TaskShard.Images(plan, shard).Where(folder.Has)];
        Dictionary<string, ImageRows> known = ImageRows.Read(PartFolder.Files(folder.Parts));
        Leftovers.Clean(folder.Parts, context);
        using var threads = new ScoringThreads(plan, context);
        TorchSetup.Load(threads.Count > 1 ? 1 : null, context);
        var part = new QualityPart(run, QualityPart.Evaluation, context, null, plan.Model.Scale) { Folder = folder.Parts };
        IReadOnlyList<QualityRow> before = request.Images is null ? MergedQuality.Read(run, images, known, folder.State).Rows : [];
        var evaluator = new OutputEvaluator(plan, run, part, before, context);
        var rows = new List<QualityRow>();
        var left = new List<PlannedImage>();
        foreach (PlannedImage image in images)
        {
            if (RowsThatHold(image) is { } scored)
            {
                rows.AddRange(scored);
                KeepTime(image, scored);
            }
            else
            {
                left.Add(image);
            }
        }
        Log.EvaluationStarts(context.Log, shard.ToString(), left.Count, images.Length - left.Count);
        using var state = TaskState.Begin(run, "evaluate", shard.ToString(), left.Count, context);
        part.Usage = () => state.Usage;
        bool isStopped;
        try
        {
            isStopped = !new OutputQueue(folder, evaluator, threads, part, state, context).Score(left, rows);
        }
        finally
        {
            part.Write();
        }
        folder.Merge(context);
        if (isStopped)
        {
            int done = rows.Select(row => row.Image).Distinct().Count();
            Log.EvaluationStopped(context.Log, done, images.Length - done);
            return ExitCode.Stopped;
        }
        ScoreTable.Write(context.Out, [.. rows.OrderBy(row => row.Image, StringComparer.Ordinal)]);
        return rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;

        // The file has another time, but the same pixels: from now on, the time says so, and nobody needs to hash them again.
        void KeepTime(PlannedImage image, QualityRow[] scored)
        {
            OutputState output = folder.State(image);
            if (!output.IsKnownByTime(known.GetValueOrDefault(image.Id)) && output.ChangedAt is { } changed)
            {
                part.Add([.. scored.Select(row => row with { OutputChangedAt = changed })]);
            }
        }

        // Null: the output is to be scored. One that could not be read, or could not be compared, is tried again.
        QualityRow[]? RowsThatHold(PlannedImage image)
        {
            QualityRow[]? newest = request.Again ? null : folder.State(image).NewestOf(known.GetValueOrDefault(image.Id));
            return newest is [{ IsFailure: false } first, ..] && first.ScoredWith == evaluator.ScoredWith(image) ? newest : null;
        }
    }
}
