using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Claims;

namespace SrBatch.Pipelines.Reporting;

/// <summary>
/// Status: reads from the run folder the steps trained, the images done, failed and left, the rate and the time left. It opens no image,
/// and whoever may read the folder may ask.
/// </summary>
public static class StatusRun
{
    public static ExitCode Run(StatusRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        RunStatus status = Read(run, FrozenPlan.Read(run, context));
        if (request.Json)
        {
            context.Out.WriteLine(JsonSerializer.Serialize(status, RunStatusJson.Default.RunStatus));
        }
        else if (request.Prometheus)
        {
            StatusMetrics.Write(context.Out, status);
        }
        else
        {
            StatusText.Write(context.Out, status);
        }
        if (status.Left > 0)
        {
            return ExitCode.Stopped;
        }
        return status.Failed.Count > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    internal static RunStatus Read(RunFolder run, Plan plan)
    {
        IReadOnlyList<(TaskRecord Record, bool IsAlive)> tasks = TaskFolder.Read(run);
        TaskRecord[] alive = [.. tasks.Where(task => task.IsAlive).Select(task => task.Record)];
        TaskRecord[] enhancing = [.. alive.Where(task => task.Verb == "infer")];
        var counts = ImageCounts.Of(run, plan);
        var whole = TrainingStatus.Of(run, null, plan, tasks);
        double megapixelsPerSecond = enhancing.Sum(task => task.UnitsPerSecond ?? 0);
        return new RunStatus
        {
            Run = run.Path,
            Name = plan.Name,
            Shards = plan.Shards,
            Step = whole.Step,
            Steps = whole.Steps,
            ModelWritten = whole.ModelWritten,
            StepsPerSecond = whole.StepsPerSecond,
            TrainingBegun = whole.HasBegun,
            Groups = TrainingStatus.OfGroups(run, plan, tasks),
            Images = counts.Done + counts.Failed.Count + counts.Left.Count,
            Done = counts.Done,
            Left = counts.Left.Count,
            Failed = counts.Failed,
            Tasks = TaskStatus.Of(alive),
            Running =
            [
                .. ClaimFolder.Alive(run.Images).Select(RunningWork.OnImage),
                .. Trainings(run, plan).SelectMany(folder => ClaimFolder.Alive(folder.Path)).Select(RunningWork.OnTraining),
            ],
            ImagesPerSecond = enhancing.Sum(task => task.ImagesPerSecond) is > 0 and var rate ? rate : null,
            SecondsLeft = megapixelsPerSecond > 0 ? counts.Left.Sum(image => image.Cost) / 1e6 / megapixelsPerSecond : null,
            Usage = UsageSum.Of(tasks.Select(task => task.Record)),
        };
    }

    private static IEnumerable<ModelFolder> Trainings(RunFolder run, Plan plan) =>
        plan.TrainingGroups().Select(run.ModelFolder).Prepend(run.ModelFolder(null));
}
