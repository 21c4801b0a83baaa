using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Training.Calibration;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Storage.Files;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>
/// Plan, or one group of it -> training planes -> steps with checkpoints -> calibration -> model.safetensors. Killed at any moment, the
/// same command continues from the newest checkpoint. All ranks take the same path; only rank 0 writes files.
/// </summary>
public static class TrainRun
{
    public static ExitCode Run(TrainRequest request, RunContext context)
    {
        if (context.Slurm.Rank.Count == 1)
        {
            var alone = new TrainingHost(SingleProcess.Instance, new MemoryBudget(context), context);
            return Train(request, alone, () => TorchSetup.Start(request.Compute, context));
        }
        ComputeDevice device = TorchSetup.Start(request.Compute, context);
        (ICollective ranks, RankNames names) = TrainingRanks.Start(context, device, request.Run, request.RankTimeout);
        using ICollective connected = ranks;
        try
        {
            var host = new TrainingHost(ranks, new MemoryBudget(context), context) { Names = names };
            ExitCode ended = Train(request, host, () => device);
            ranks.Barrier();
            return ended;
        }
        catch (Exception fault)
        {
            // The other ranks wait for this one in their next exchange; only ending them all wakes them.
            ranks.Abort((int)Failures.Report(fault, context));
            throw;
        }
    }

    private static ExitCode Train(TrainRequest request, TrainingHost host, Func<ComputeDevice> start)
    {
        using LocalCopies? local = host.Context.OpenLocal(request.Compute.Stage);
        host = host with { Context = host.Context with { Local = local } };
        (ICollective ranks, RunContext context) = (host.Ranks, host.Context);
        var run = new RunFolder(request.Run);
        TrainingTask task = MakeTask(request, run, host);
        (StartDecision found, TrainingClaim? taken) = ranks.WaitForAll(() => host.IsFirst ? Claim(task, context) : default);
        using TrainingClaim? claim = taken;
        var restarts = new RestartLimit(run, "train", request.Compute.MaxRestarts, context);
        switch (ranks.FromFirst(found))
        {
            case StartDecision.AlreadyTrained:
                OnFirst(host, restarts.End);
                return ExitCode.Done;
            case StartDecision.TrainedElsewhere:
                return ExitCode.Stopped;
            default:
                OnFirst(host, () =>
                {
                    restarts.Begin(done: 0, kept: TrainingCheckpoints.NewestStep(task));
                    Log.Memory(context.Log, host.Memory.OfTraining());
                    if (host.Memory.Shortage is { } shortage)
                    {
                        Log.Warning(context.Log, shortage);
                    }
                });
                break;
        }

        using var state = TaskState.Begin(run, "train", task.Group ?? "", left: 0, context);
        ComputeDevice own = start();
        _ = ranks.WaitForAll(() => host.IsFirst ? Settle() : null);
        RunCompute compute = ranks.WaitForAll(Settle);
        ComputeDevice device = compute.Device;
        state.Takes(device.Name);
        TrainingPlanes planes = FindPlanes(task, host);
        using var trainer = new Trainer(task.Plan.Model, task.Options, device, ranks);
        var validator = new Validator(task.Plan, host);
        TrainingResume? resume = ranks.WaitForAll(() => host.IsFirst ? TrainingResume.Begin(task, planes, trainer, context) : null);
        ResumePoint begin = ranks.FromFirst(resume?.Point);
        trainer.Schedule = new TrainingSchedule(task.Options.Schedule, begin.Segments);
        trainer.BroadcastState();
        TrainingPrecision precision = ChoosePrecision(begin.TrainedIn, request.Compute, compute, trainer, host);
        TrainingCheckpoints? checkpoints = resume is null
            ? null
            : new TrainingCheckpoints(task, resume.Card with { TrainedIn = precision.Name }, new TrainingRecord(task, resume, context));
        if (ranks.Size > 1)
        {
            Log.TrainingTogether(context.Log, ranks.Size, ranks.Name, task.Options.Batch);
        }
        Log.TrainingStarts(
            context.Log, trainer.ParameterCount, planes.Planes.Count, planes.ImageCount, validator.PlaneCount, task.Options.Steps);

        var loop = new TrainingLoop(task, trainer, planes.Planes, validator, checkpoints, host);
        (int last, bool isStopped) = loop.Run(begin.Step);
        string? saved = ranks.WaitForAll(() => checkpoints?.Save(trainer, last));
        if (isStopped)
        {
            OnFirst(host, () => Log.TrainingStopped(context.Log, last, saved!));
            return ExitCode.Stopped;
        }
        bool isWritten = ranks.WaitForAll(() => checkpoints is null || Finish(task, trainer, last, checkpoints, planes, host));
        if (ranks.Any(!isWritten))
        {
            return ExitCode.Stopped;
        }
        OnFirst(host, () =>
        {
            LeftOut.Warn(task.Plan, planes, context);
            run.RequirePlan();
            restarts.End();
        });
        return ExitCode.Done;

        RunCompute Settle() => RunCompute.Settle(run.Compute("train"), own, request.Compute, context, tryBf16: () =>
        {
            using var alone = new Trainer(task.Plan.Model, task.Options, own);
            TrainingPrecision.Choose("bf16", alone);
        });
    }

    /// <summary>Rank 0 freezes the plan; the others then read it.</summary>
    private static TrainingTask MakeTask(TrainRequest request, RunFolder run, TrainingHost host)
    {
        Plan? frozen = host.Ranks.WaitForAll(() =>
        {
            if (!host.IsFirst)
            {
                return null;
            }
            bool isPlanned = File.Exists(run.Plan);
            Plan made = FrozenPlan.Ensure(request.Manifest, run, null, host.Context);
            if (isPlanned)
            {
                string? group = TrainingGroup.Choose(request, made, run, host.Context.Slurm.ArrayTaskId);
                made = new PlanRefresh(request.Manifest, run, host.Context).BeforeTraining(made, group);
            }
            run.CleanTemporaries(host.Context);
            return made;
        });
        Plan whole = host.Ranks.WaitForAll(() =>
        {
            if (frozen is null)
            {
                RankChecks.RequireFile(run.Plan, host);
            }
            return frozen ?? FrozenPlan.Ensure(request.Manifest, run, null, host.Context);
        });
        var task = TrainingTask.Of(request, whole.AsFrozen(), run, host.Ranks.Size, host.Context.Slurm.ArrayTaskId);
        if (task.Group is { } group)
        {
            Log.TrainingGroup(host.Context.Log, group, task.Folder.Path);
        }
        return task;
    }

    private static (StartDecision Decision, TrainingClaim? Claim) Claim(TrainingTask task, RunContext context)
    {
        if (task.TrainedSteps(context) is { } steps)
        {
            Log.AlreadyTrained(context.Log, task.Folder.Model, steps);
            if (steps > task.Options.Steps)
            {
                Log.Warning(context.Log, $"{task.Options.Steps} steps are asked for: a shorter training needs a new run folder");
            }
            return (StartDecision.AlreadyTrained, null);
        }
        TrainingClaim? claim = TrainingClaim.TryTake(task.Folder, task.Group, context, out Claimant? holder);
        if (claim is null)
        {
            string since = $"{holder?.Since:yyyy-MM-ddTHH:mm:ssZ}";
            Log.TrainedElsewhere(context.Log, task.Folder.Path, holder?.Name ?? "another task", since);
        }
        return (claim is null ? StartDecision.TrainedElsewhere : StartDecision.Train, claim);
    }

    private static TrainingPlanes FindPlanes(TrainingTask task, TrainingHost host)
    {
        var kept = new ByteBudget(host.Memory.ForTrainingPlanes);
        var passing = new ByteBudget(host.Memory.ForPassingImages);
        var search = new TrainingPlaneSearch(task.Plan, TorchRuntime.Threads, kept, passing, host.Context);
        TrainingPlanes planes = host.Ranks.WaitForAll(search.Find);
        if (planes.Planes.Count == 0)
        {
            throw new SrBatchException(planes.Skipped.Count > 0 ? ExitCode.ImagesFailed : ExitCode.BadManifest,
                $"{task.Plan.Name}: no image to train on; {planes.Skipped.Count} of split train cannot be used (see above), "
                + "expected at least one");
        }
        if (host.Names is { } names)
        {
            RankChecks.RequireSamePlanes(planes, host.Ranks, names);
        }
        return planes;
    }

    /// <summary>A training continues in the precision that it began in, unless another is asked for; all ranks use the same.</summary>
    private static TrainingPrecision ChoosePrecision(
        string? begun, ComputeRequest request, RunCompute compute, Trainer trainer, TrainingHost host)
    {
        bool goesOn = begun is not null && request.Precision == "auto";
        var choice = TrainingPrecision.Choose(goesOn ? begun! : compute.Precision, trainer);
        if (host.Ranks.Any(choice.Precision == Precision.Fp32) && choice.Precision != Precision.Fp32)
        {
            choice = new TrainingPrecision(Precision.Fp32, "another process cannot train in bf16");
        }
        trainer.Precision = choice.Precision;
        Log.TrainingPrecision(host.Context.Log, choice.Name, goesOn ? "as it began" : compute.Reason ?? choice.Reason);
        return choice;
    }

    /// <summary>Calibrates the model and writes it; the last step is validated and saved.</summary>
    /// <returns>False if a signal came before the model was written.</returns>
    private static bool Finish(
        TrainingTask task, Trainer trainer, int last, TrainingCheckpoints checkpoints, TrainingPlanes planes, TrainingHost host)
    {
        FinalModel model = checkpoints.Model(trainer, last);
        using var generator = TrainedGenerator.Load(model.Card.Model, model.Weights, task.Folder.Model, trainer.Device);
        bool measuresBf16 = TrainingPrecision.HasUnits(trainer);
        if (ModelCalibration.Measure(generator, model.Card, task.Plan, planes.Planes, measuresBf16, host) is not { } measured)
        {
            return false;
        }
        model.Write(task.Folder.Model, measured);
        checkpoints.Record.LogEnd(last);
        Log.ModelWritten(host.Context.Log, task.Folder.Model);
        return true;
    }

    private static void OnFirst(TrainingHost host, Action action)
    {
        if (host.IsFirst)
        {
            action();
        }
    }
}
