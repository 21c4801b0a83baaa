using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>plan, or a group of it -> training planes -> steps -> checkpoints -> model.safetensors. Killed at any moment, the same command goes on from the newest checkpoint.</summary>
internal static class TrainRun
{
    public static ExitCode Run(TrainVerb options, RunContext context)
    {
        if (context.Slurm.Rank is { Count: > 1 } rank)
        {
            throw new SrBatchException(ExitCode.Usage, $"train was started as process {rank.Index} of {rank.Count} ({rank.Source}), but this version trains in one process. Start it once: 'exec srbatch train', or 'srun -n 1 srbatch train'.");
        }
        var run = new RunFolder(options.Run);
        Plan whole = FrozenPlan.Ensure(options.Manifest, run, null, context);
        run.CleanTemporaries(context);
        string? group = TrainingGroup.Choose(options, whole, run, context.Slurm.ArrayTaskId);
        ModelFolder place = run.ModelFolder(group);
        if (group is not null)
        {
            Log.TrainingGroup(context.Log, group, place.Path);
        }
        Plan plan = WithOverrides(group is null ? whole : whole.OfGroup(group), options);
        ExitCode result = plan.Images.Any(image => image.Problem is not null && image.Split is Split.Train or Split.Validation) ? ExitCode.ImagesFailed : ExitCode.Done;
        var folder = new TrainingFolder(place, plan, group, options.Init is null ? null : InitialWeights.Of(options.Init, group, place), context);
        var restarts = RestartLimit.Of(options, context);
        if (folder.IsTrained())
        {
            Log.AlreadyTrained(context.Log, place.Model, plan.Training.Steps);
            restarts.End();
            return result;
        }
        using TrainingClaim? claim = TrainingClaim.TryTake(place, group, context, out Claimant? holder);
        if (claim is null)
        {
            Log.TrainedElsewhere(context.Log, place.Path, holder?.Name ?? "another task", $"{holder?.Since:yyyy-MM-ddTHH:mm:ssZ}");
            return ExitCode.Stopped;
        }
        restarts.Begin(done: 0, folder.NewestStep);

        ComputeDevice device = TorchSetup.Start(options, context);
        (IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped) = new TrainingPlanes(
            plan, TorchRuntime.Threads, new ByteBudget(MemoryBudget.ForTrainingPlanes), new ByteBudget(MemoryBudget.ForPassingImages), context).Find();
        if (planes.Count == 0)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{plan.Name}: no image to train on; {skipped.Count} of split train cannot be used (see above), expected at least one");
        }
        using var trainer = new Trainer(plan.Model, plan.Training, device);
        var validation = new Validation(plan, context);
        folder.Describe(planes, skipped, trainer);
        int done = folder.Resume(trainer);
        Log.TrainingStarts(context.Log, trainer.ParameterCount, planes.Count, planes.Select(plane => plane.Image.Id).Distinct().Count(), validation.PlaneCount, plan.Training.Steps);

        (int last, bool isStopped) = Train(trainer, planes, plan, done, validation, folder, context);
        if (isStopped)
        {
            Log.TrainingStopped(context.Log, last, folder.Save(trainer, last));
            return ExitCode.Stopped;
        }
        if (!folder.Finish(trainer, last, validation))
        {
            return ExitCode.Stopped;
        }
        restarts.End();
        return skipped.Count > 0 ? ExitCode.ImagesFailed : result;
    }

    private static Plan WithOverrides(Plan plan, TrainVerb options)
    {
        plan = plan with { Training = plan.Training with { Steps = options.Steps ?? plan.Training.Steps, Seed = options.Seed ?? plan.Training.Seed } };
        string[] problems = [.. plan.Training.Problems(plan.Model.Scale)];
        return problems.Length == 0 ? plan : throw SrBatchException.FromProblems("options", problems);
    }

    /// <returns>The last step done, and whether a signal ended it there.</returns>
    private static (int Last, bool IsStopped) Train(Trainer trainer, IReadOnlyList<TrainingPlane> planes, Plan plan, int done, Validation validation, TrainingFolder folder, RunContext context)
    {
        TrainingOptions training = plan.Training;
        using var enough = new CancellationTokenSource();
        var patches = new PatchReader(planes, plan.Model.Scale, training.Patch / plan.Model.Scale, TorchRuntime.Threads, context.Reading(plan.LinkedFolders));
        // One half of the memory is being filled while the other is used up.
        int ahead = patches.StepsTogether(training.Batch, MemoryBudget.ForBatchesAhead / 2);
        Channel<PatchBatch> batches = Channel.CreateBounded<PatchBatch>(ahead);
        Task reading = Task.Run(() => ReadAhead(batches.Writer, patches, planes, plan, done, ahead, enough.Token), CancellationToken.None);
        try
        {
            if (folder.OwesValidation(done))
            {
                if (validation.Score(trainer.Averaged) is not { } owed)
                {
                    return (done, true);
                }
                folder.Record(done, owed);
                folder.LogRow(done);
            }
            int last = done;
            for (int step = done + 1; step <= training.Steps && !folder.ShouldEnd; step++)
            {
                folder.Record(trainer.Step(step, Next(batches.Reader), folder.RateFactor));
                last = step;
                bool isBest = false;
                if (step % training.ValidateEvery == 0 || step == training.Steps)
                {
                    if (validation.Score(trainer.Averaged) is not { } scores)
                    {
                        return (step, true);
                    }
                    isBest = folder.Record(step, scores);
                }
                folder.LogRow(step);
                if (context.Stop.IsCancellationRequested)
                {
                    return (step, true);
                }
                if (step % training.CheckpointEvery == 0 || isBest)
                {
                    folder.Save(trainer, step);
                }
                if (step % 100 == 0)
                {
                    // What is left of TorchSharp's wrappers is garbage at once, but on processors with a large cache the collector lets gigabytes of it
                    // gather: 4000 small steps grew from 0.7 to 2.8 GB within a minute, and stay at 0.6 GB with this (2 cores, 2026-11-23).
                    GC.Collect();
                }
            }
            return (last, false);
        }
        finally
        {
            enough.Cancel();
            reading.Wait(CancellationToken.None);
        }
    }

    /// <summary>Reads and turns the patches of the next steps while the network works on this one's.</summary>
    /// <param name="ahead">Steps to read together; fewer at first, as the network has nothing to do yet.</param>
    private static async Task ReadAhead(ChannelWriter<PatchBatch> writer, PatchReader patches, IReadOnlyList<TrainingPlane> planes, Plan plan, int done, int ahead, CancellationToken enough)
    {
        TrainingOptions training = plan.Training;
        try
        {
            var sampler = new PatchSampler(training.Seed, [.. planes.Select(plane => new PatchPlane(plane.Image.Input!.Height, plane.Image.Input.Width, plane.Structure))],
                training.Patch / plan.Model.Scale, training.Structure);
            for (int step = done + 1, together = 1; step <= training.Steps; step += together, together = Math.Min(2 * together, ahead))
            {
                together = Math.Min(together, training.Steps - step + 1);
                foreach (PatchBatch batch in patches.Read([.. Enumerable.Range(step, together).Select(s => sampler.Draw(s, training.Batch))], enough))
                {
                    await writer.WriteAsync(batch, enough).ConfigureAwait(false);
                }
            }
            writer.Complete();
        }
        catch (Exception fault)
        {
            // Whatever it is reaches the training loop, which would otherwise wait for ever; see Next.
            writer.Complete(fault);
        }
    }

    private static PatchBatch Next(ChannelReader<PatchBatch> reader)
    {
        try
        {
            return reader.ReadAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } fault)
        {
            if (fault is SrBatchException known)
            {
                throw new SrBatchException(known.ExitCode, $"{known.Message} It was readable when training began; the same command goes on from the newest checkpoint.", known);
            }
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }
}
