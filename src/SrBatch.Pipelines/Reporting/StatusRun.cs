using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Claims;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Status: reads from the run folder the steps trained, the images done, failed and left, the rate and the time left.</summary>
public static class StatusRun
{
    /// <summary>A pause between two outputs this many times as long as usual does not count as work: the job waited in the queue.</summary>
    private const int LongPause = 20;

    public static ExitCode Run(StatusRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Read(run, context);
        MergedQuality quality = MergedQuality.Read(run, plan);
        PlannedImage[] images = [.. plan.Images.Where(image => image.Split != Split.Train)];
        QualityRow[] failed = [.. quality.Rows.Where(row => row.IsFailure)];
        IEnumerable<FileInfo> outputs = images.Select(image => new FileInfo(run.Image(image.Id)));
        var whole = TrainingStatus.Of(run, null);
        var status = new RunStatus
        {
            Run = run.Path,
            Name = plan.Name,
            Shards = plan.Shards,
            Step = whole.Step,
            Steps = plan.Training.Steps,
            ModelWritten = whole.ModelWritten,
            Groups = TrainingStatus.OfGroups(run, plan),
            Images = images.Length,
            Done = images.Length - quality.Left.Count - failed.Select(row => row.Image).Distinct().Count(),
            Left = quality.Left.Count,
            Failed = [.. failed.Select(row => new FailedImage(row.Image, row.Reasons))],
            Running =
            [
                .. ClaimFolder.Alive(run.Images).Select(RunningWork.OnImage),
                .. Trainings(run, plan).SelectMany(folder => ClaimFolder.Alive(folder.Path)).Select(RunningWork.OnTraining),
            ],
            ImagesPerSecond = Rate([.. outputs.Where(file => file.Exists).Select(file => file.LastWriteTimeUtc)]),
        };
        if (request.Json)
        {
            context.Out.WriteLine(JsonSerializer.Serialize(status, RunStatusJson.Default.RunStatus));
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

    private static IEnumerable<ModelFolder> Trainings(RunFolder run, Plan plan) =>
        plan.TrainingGroups().Select(run.ModelFolder).Prepend(run.ModelFolder(null));

    /// <summary>Images per second while tasks were working, from the times of the outputs; null with fewer than two outputs.</summary>
    internal static double? Rate(DateTime[] written)
    {
        Array.Sort(written);
        double[] pauses = [.. written.Skip(1).Zip(written, (later, earlier) => (later - earlier).TotalSeconds)];
        double median = pauses.Length == 0 ? 0 : pauses.Order().ElementAt(pauses.Length / 2);
        double longest = Math.Max(LongPause * median, LongPause);
        double[] working = [.. pauses.Where(pause => pause <= longest)];
        return working.Sum() is > 0 and var seconds ? working.Length / seconds : null;
    }
}
