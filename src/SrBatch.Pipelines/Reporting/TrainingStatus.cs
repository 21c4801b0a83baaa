using System.Text.Json.Serialization;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Reporting;

/// <summary>How far a training has come.</summary>
/// <param name="Group">Null: the training on all images.</param>
/// <param name="Step">That it does now; if no process trains, of the newest checkpoint, from which it would continue.</param>
/// <param name="Steps">To do in all.</param>
/// <param name="ModelWritten">Whether its model is written.</param>
/// <param name="StepsPerSecond">Null while no process trains.</param>
/// <param name="HasBegun">Whether a process has begun it.</param>
internal sealed record TrainingStatus(
    string? Group, int Step, int Steps, bool ModelWritten, double? StepsPerSecond, [property: JsonIgnore] bool HasBegun)
{
    public static TrainingStatus Of(RunFolder run, string? group, Plan plan, IReadOnlyList<(TaskRecord Record, bool IsAlive)> tasks)
    {
        ModelFolder folder = run.ModelFolder(group);
        int step = new CheckpointFolder(folder.Checkpoints).Steps() is [.., var newest] ? newest : 0;
        bool hasModel = File.Exists(folder.Model);
        (TaskRecord Record, bool IsAlive)[] attempts =
        [
            .. tasks.Where(task => task.Record is { Verb: "train", Rank: 0 } && task.Record.Holder.Work == (group ?? "")),
        ];
        TaskRecord? last = attempts.LastOrDefault(task => task.Record.Unit is not null).Record;
        TaskRecord? live = attempts.LastOrDefault(task => task.IsAlive && task.Record.Unit is not null).Record;
        return new TrainingStatus(
            group,
            Math.Max(step, (int)(live?.UnitsDone ?? 0)),
            (int?)last?.UnitsTotal ?? (hasModel ? StepsOf(folder.Model) : null) ?? plan.Training.Steps,
            hasModel,
            live?.UnitsPerSecond,
            HasBegun: step > 0 || hasModel || attempts.Length > 0);
    }

    /// <returns>The trainings of single groups that have begun, by name.</returns>
    public static IReadOnlyList<TrainingStatus> OfGroups(
        RunFolder run, Plan plan, IReadOnlyList<(TaskRecord Record, bool IsAlive)> tasks) =>
        [.. plan.TrainingGroups().Select(group => Of(run, group, plan, tasks)).Where(training => training.HasBegun)];

    /// <summary>Steps of a model whose training left no record: it is of an older version, or its record was deleted.</summary>
    private static int? StepsOf(string model)
    {
        try
        {
            return ModelCard.FromMetadata(Safetensors.ReadMetadata(model), model).Training.Steps;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null; // infer says what is wrong with it
        }
    }
}
