using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// outputs (ours or another program's) + inputs + targets, if there are any -> scores. Those of our own outputs become a quality part;
/// those of another program's become evaluation-FOLDER.parquet.
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
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, null, context);
        TorchSetup.Load(null, context);
        bool isOurs = request.Images is null;
        string folder = request.Images is null ? run.Images : Path.GetFullPath(request.Images);
        var part = new QualityPart(run, QualityPart.Evaluation, context, null, plan.Model.Scale);
        var evaluator = new OutputEvaluator(plan, run, part, isOurs ? MergedQuality.Read(run, plan).Rows : [], context);
        var rows = new List<QualityRow>();
        PlannedImage[] images = [.. plan.Images.Where(image => image.Problem is null && File.Exists(PathOf(image)))];
        using IDisposable progress = context.Progress.Begin("evaluate", "images", images.Length);
        foreach (PlannedImage image in images)
        {
            context.Stop.ThrowIfCancellationRequested();
            try
            {
                CrashMark.EnterImage(image.Id);
                rows.AddRange(evaluator.Score(image, PathOf(image), isOurs ? OutputFile.Dataset : request.Dataset));
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(context.Log, image.Id, fault.Message);
                rows.Add(part.BlankRow(image) with { Verdict = Verdict.Fail, Reasons = fault.Message });
            }
            context.Progress.Advance();
        }
        CrashMark.EnterImage(null);
        if (rows.Count == 0)
        {
            throw new SrBatchException(
                ExitCode.BadManifest, $"{folder}: no ID.h5 of an image of the plan; expected names such as {plan.Images[0].Id}.h5");
        }
        if (isOurs)
        {
            part.Add(rows);
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

        string PathOf(PlannedImage image) => Path.Combine(folder, image.Id + ".h5");
    }
}
