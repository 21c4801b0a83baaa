using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>What rank 0 starts or goes on with.</summary>
/// <param name="Step">Steps done; 0 without a checkpoint.</param>
/// <param name="Card">The model card, without what changes from step to step.</param>
/// <param name="Schedule">With the steps asked for.</param>
/// <param name="Checkpoint">Metadata of the newest checkpoint, for the record; null without one.</param>
internal sealed record TrainingResume(int Step, ModelCard Card, TrainingSchedule Schedule, (ModelCard Card, Checkpoint File)? Checkpoint)
{
    /// <summary>What the other ranks need to know.</summary>
    public ResumePoint Point => new(Step, Card.TrainedIn, Schedule.Segments);

    /// <summary>Brings the trainer to the newest whole checkpoint, or to the weights of another model if there is no checkpoint.</summary>
    /// <exception cref="SrBatchException">
    /// Exit code 78: the checkpoint belongs to another plan or another initial model; 65: other images can be read now than before.
    /// </exception>
    public static TrainingResume Begin(TrainingTask task, TrainingPlanes planes, Trainer trainer, RunContext context)
    {
        ModelCard card = CardOf(task, planes, trainer);
        (Checkpoint? newest, IReadOnlyList<string> warnings) = new CheckpointFolder(task.Folder.Checkpoints).NewestValid();
        foreach (string warning in warnings)
        {
            Log.Warning(context.Log, warning);
        }
        if (newest is null)
        {
            var schedule = TrainingSchedule.Begin(task.Options.Schedule, task.Options.Steps);
            return new TrainingResume(0, card with { Init = task.Init?.Carry(trainer, task.Plan, context) }, schedule, null);
        }
        ModelCard before = ModelCard.FromMetadata(newest.Metadata, newest.Path);
        task.RequireSame(before, newest.Path, context);
        RequireSameImages(before, card, newest.Path);
        trainer.Restore(newest.Arrays, newest.Path);
        Log.Resuming(context.Log, newest.Path);
        TrainingSchedule begun = task.ScheduleOf(before), continued = begun.ContinuedTo(task.Options.Steps, newest.Step);
        if (!ReferenceEquals(begun, continued))
        {
            Log.ScheduleChanged(context.Log, begun.LastStep, task.Options.Steps, continued.ToString());
        }
        card = card with
        {
            Init = before.Init,
            TrainedIn = before.TrainedIn ?? "fp32",
            Schedule = continued.IsAsBegun && continued.LastStep == task.Options.Steps ? null : continued.Segments,
        };
        return new TrainingResume(newest.Step, card, continued, (before, newest));
    }

    /// <summary>What the card says whatever the step.</summary>
    private static ModelCard CardOf(TrainingTask task, TrainingPlanes planes, Trainer trainer)
    {
        PlannedImage[] images = [.. planes.Planes.Select(plane => plane.Image).DistinctBy(image => image.Id)];
        return new ModelCard
        {
            Name = task.Plan.Name,
            Group = task.Group,
            Model = task.Plan.Model,
            Training = task.Options,
            ReceptiveField = trainer.Averaged.ReceptiveField,
            Stride = trainer.Averaged.Stride,
            PixelSizeUm = LowerMedian([.. images.Select(image => image.Input!.PixelSizeUm).OfType<double>().Order()]),
            TrainingImages = [.. images.Select(image => image.Id)],
            SkippedImages = planes.Skipped,
            TrainingPlanes = planes.Planes.Count,
            TrainingPixels = planes.Planes.Sum(plane => plane.Image.Input!.Height * plane.Image.Input.Width),
            Step = 0,
            PlanSha256 = task.PlanSha256,
            Version = AppVersion.Text,
        };
    }

    private static void RequireSameImages(ModelCard before, ModelCard now, string path)
    {
        if (!before.TrainingImages.SequenceEqual(now.TrainingImages))
        {
            IEnumerable<string> gone = before.TrainingImages.Except(now.TrainingImages);
            IEnumerable<string> come = now.TrainingImages.Except(before.TrainingImages);
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{path}: trained on {before.TrainingImages.Count} images, now {now.TrainingImages.Count} can be used; different: "
                + $"{string.Join(", ", gone.Concat(come).Take(10))}. Make them readable again, or use a new run folder.");
        }
    }

    private static double? LowerMedian(double[] ascending) => ascending.Length == 0 ? null : ascending[(ascending.Length - 1) / 2];
}
