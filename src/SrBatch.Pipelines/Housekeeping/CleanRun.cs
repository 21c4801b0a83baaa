using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Files;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Housekeeping;

/// <summary>
/// Clean: lists what a run no longer needs, and deletes it on request. Outputs, models, tables, reports and quality parts stay, and so do
/// the files from which the next command resumes: <c>report</c> and <c>scan --since</c> read the parts.
/// </summary>
public static class CleanRun
{
    private const string Checkpoints = "checkpoints", TensorBoard = "tensorboard", Samples = "samples", Leftovers = "leftovers",
        Damaged = "damaged", Restarts = "restarts", Logs = "logs";

    public static IReadOnlyList<string> Kinds { get; } = [Checkpoints, TensorBoard, Samples, Leftovers, Damaged, Restarts, Logs];

    /// <returns>75 if tasks are at work, else 0.</returns>
    public static ExitCode Run(CleanRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Read(run, context);
        ModelFolder[] trainings = [.. run.ModelFolders()];
        string[] working =
        [
            .. trainings.Select(folder => folder.Path).Prepend(run.Images).SelectMany(ClaimFolder.Alive)
                .Concat(TaskFolder.Read(run).Where(task => task.IsAlive).Select(task => task.Record.Holder))
                .Select(holder => holder.Name)
                .Distinct(),
        ];
        if (working is [var first, ..])
        {
            Log.Warning(
                context.Log,
                $"{run.Path}: {working.Length} tasks are at work, the first is {first}. Nothing was deleted. "
                + "Run the same command again after they have ended.");
            return ExitCode.Stopped;
        }
        int left = Left(run, plan);
        Dispensable[] found = [.. Find(run, trainings, left).Where(kind => !request.Keep.Contains(kind.Kind))];
        context.Out.WriteLine($"{run.Path}: {(left == 0 ? "all images are done or have failed" : $"{left} images are left")}");
        foreach (Dispensable kind in found)
        {
            context.Out.WriteLine($"{kind.Kind,-12} {kind.Files.Count,7} files {Size(kind.Bytes),10}   {kind.Reason}");
        }
        string all = $"{found.Sum(kind => kind.Files.Count)} files, {Size(found.Sum(kind => kind.Bytes))}";
        if (!request.Delete)
        {
            string keep = request.Keep.Count == 0 ? "" : $" --keep {string.Join(',', request.Keep)}";
            context.Out.WriteLine($"Nothing was deleted. To delete these {all}:");
            context.Out.WriteLine($"srbatch clean --run {ShellWord.Quote(request.Run)}{keep} --delete");
            return ExitCode.Done;
        }
        foreach (string file in found.SelectMany(kind => kind.Files))
        {
            UnneededFile.Delete(file);
        }
        context.Out.WriteLine($"deleted {all}");
        return ExitCode.Done;
    }

    private static int Left(RunFolder run, Plan plan)
    {
        PlannedImage[] missing = [.. plan.Enhanced().Where(image => !File.Exists(run.Image(image.Id)))];
        Dictionary<string, ImageRows> rows = missing.Length == 0 ? [] : ImageRows.Read(run);
        return missing.Count(image => rows.GetValueOrDefault(image.Id)?.HasFailed != true);
    }

    private static IEnumerable<Dispensable> Find(RunFolder run, ModelFolder[] trainings, int left)
    {
        ModelFolder[] finished = [.. trainings.Where(training => File.Exists(training.Model))];
        string model = finished.Length == 0 ? "no training is finished" : "the model is written";
        yield return new(Checkpoints, [.. finished.SelectMany(OldCheckpoints)], finished.Length == 0
            ? model
            : "the model is written; the newest and the best stay for 'train --steps'");
        yield return new(TensorBoard, [.. finished.SelectMany(training => In(training.TensorBoard, "events.out.tfevents.*"))], model);
        yield return new(Samples, [.. finished.SelectMany(training => In(training.Samples, "step-*.png"))], model);
        yield return new(Leftovers, run.Abandoned(), "half-written files of killed tasks; parts of images that are done");
        yield return new(Damaged, [.. In(run.Images, "*.h5.damaged").Where(IsMadeAgain)], "damaged outputs whose images were made again");
        string done = left == 0 ? "all work is done" : "images are left: their tasks may be submitted again";
        yield return new(Restarts, left == 0 ? In(run.Restarts, "*.json") : [], done);
        yield return new(Logs, left == 0 ? In(run.Logs, "*.log") : [], done);
    }

    private static bool IsMadeAgain(string damaged) => File.Exists(damaged[..^".damaged".Length]);

    /// <summary>All but the newest, from which training continues, and the best, which early stopping may take.</summary>
    private static IEnumerable<string> OldCheckpoints(ModelFolder training)
    {
        var folder = new CheckpointFolder(training.Checkpoints);
        int[] steps = [.. folder.Steps()];
        if (steps is not [.., var newest])
        {
            return [];
        }
        try
        {
            string path = folder.PathOf(newest);
            int best = TrainingState.FromMetadata(Safetensors.ReadMetadata(path), path).BestStep;
            return steps.SkipLast(1).Where(step => step != best).Select(folder.PathOf);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return []; // the newest is damaged: the others may be needed
        }
    }

    /// <summary>Files with our names. A folder that is a link may hold the files of others.</summary>
    private static string[] In(string folder, string pattern) =>
        new DirectoryInfo(folder) is { Exists: true, LinkTarget: null } ? Directory.GetFiles(folder, pattern) : [];

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
