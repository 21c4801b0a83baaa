using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>
/// plan, or a group of it -> training planes -> steps -> checkpoints -> model.safetensors. Killed at any moment, the same command goes on from the newest checkpoint.
/// All ranks of a step of several processes go the same way; rank 0 alone writes.
/// </summary>
public static class TrainRun
{
    public static ExitCode Run(TrainRequest request, RunContext context)
    {
        if (context.Slurm.Rank.Count == 1)
        {
            return Train(request, SingleProcess.Instance, () => TorchSetup.Start(request.Compute, context), context);
        }
        ComputeDevice device = TorchSetup.Start(request.Compute, context);
        using ICollective ranks = TrainingRanks.Start(context, device, request.Run, request.RankTimeout);
        try
        {
            ExitCode ended = Train(request, ranks, () => device, context);
            ranks.Barrier();
            return ended;
        }
        catch (Exception fault)
        {
            // The others wait for this rank in their next exchange, and nothing but the end of all of them wakes them.
            ranks.Abort((int)Failures.Report(fault, context));
            throw;
        }
    }

    private static ExitCode Train(TrainRequest request, ICollective ranks, Func<ComputeDevice> start, RunContext context)
    {
        var run = new RunFolder(request.Run);
        bool isFirst = ranks.Rank == 0;
        Plan? frozen = isFirst ? FrozenPlan.Ensure(request.Manifest, run, null, context) : null;
        if (isFirst)
        {
            run.CleanTemporaries(context);
        }
        ranks.Barrier();
        Plan whole = frozen ?? FrozenPlan.Ensure(request.Manifest, run, null, context);
        string? group = TrainingGroup.Choose(request, whole, run, context.Slurm.ArrayTaskId);
        ModelFolder place = run.ModelFolder(group);
        if (group is not null)
        {
            Log.TrainingGroup(context.Log, group, place.Path);
        }
        Plan plan = WithOverrides(group is null ? whole : whole.OfGroup(group), request, ranks);
        ExitCode result = plan.Images.Any(image => image.Problem is not null && image.Split is Split.Train or Split.Validation) ? ExitCode.ImagesFailed : ExitCode.Done;

        TrainingFolder? folder = isFirst ? new TrainingFolder(place, plan, group, request.Init is null ? null : InitialWeights.Of(request.Init, group, place), context) : null;
        var restarts = new RestartLimit(run, "train", request.Compute.MaxRestarts, context);
        bool isTrained = folder?.IsTrained() == true;
        using TrainingClaim? claim = folder is null || isTrained ? null : TryClaim(place, group, context);
        const int GoOn = -1;
        int early = (int)ranks.FromFirst(folder is null || claim is not null ? GoOn : isTrained ? (int)result : (int)ExitCode.Stopped);
        if (early != GoOn)
        {
            if (isTrained)
            {
                Log.AlreadyTrained(context.Log, place.Model, plan.Training.Steps);
                restarts.End();
            }
            return (ExitCode)early;
        }
        if (folder is not null)
        {
            restarts.Begin(done: 0, folder.NewestStep);
        }

        ComputeDevice device = start();
        (IReadOnlyList<TrainingPlane> planes, IReadOnlyList<string> skipped) = new TrainingPlaneSearch(
            plan, TorchRuntime.Threads, new ByteBudget(MemoryBudget.ForTrainingPlanes), new ByteBudget(MemoryBudget.ForPassingImages), context).Find();
        if (planes.Count == 0)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{plan.Name}: no image to train on; {skipped.Count} of split train cannot be used (see above), expected at least one");
        }
        if (ranks.Size > 1 && !ranks.IsSame(DigestOf(planes)))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"rank {ranks.Rank} can use {planes.Count} training planes of {planes.Select(plane => plane.Image.Id).Distinct().Count()} images, other ranks have others: a node does not see the same files, or reads them differently. See the warnings above; 'srbatch check' on each node tells more.");
        }
        using var trainer = new Trainer(plan.Model, plan.Training, device, ranks);
        var validation = new Validator(plan, ranks, context);
        folder?.Describe(planes, skipped, trainer);
        int done = (int)ranks.FromFirst(folder?.Resume(trainer) ?? 0);
        trainer.BroadcastState();
        ChoosePrecision(request.Compute.Precision, trainer, folder, ranks, context);
        if (ranks.Size > 1)
        {
            Log.TrainingTogether(context.Log, ranks.Size, ranks.Name, plan.Training.Batch);
        }
        Log.TrainingStarts(context.Log, trainer.ParameterCount, planes.Count, planes.Select(plane => plane.Image.Id).Distinct().Count(), validation.PlaneCount, plan.Training.Steps);

        (int last, bool isStopped) = new TrainingLoop(trainer, planes, plan, validation, folder, ranks, context).Run(done);
        bool isFinished = !isStopped && ranks.FromFirst(folder?.Finish(trainer, last) == true ? 1 : 0) > 0;
        if (isStopped && folder is not null)
        {
            Log.TrainingStopped(context.Log, last, folder.Save(trainer, last));
        }
        if (!isFinished)
        {
            return ExitCode.Stopped;
        }
        if (isFirst)
        {
            restarts.End();
        }
        return skipped.Count > 0 ? ExitCode.ImagesFailed : result;
    }

    /// <summary>A training goes on in the precision that it began in, unless another is asked for; all ranks train in the same.</summary>
    private static void ChoosePrecision(string asked, Trainer trainer, TrainingFolder? folder, ICollective ranks, RunContext context)
    {
        double begun = ranks.FromFirst(folder?.Precision switch { null => 0, "bf16" => 2, _ => 1 });
        var choice = TrainingPrecision.Choose(asked != "auto" ? asked : begun switch { 0 => "auto", 1 => "fp32", _ => "bf16" }, trainer);
        if (ranks.Any(choice.Precision == Precision.Fp32) && choice.Precision != Precision.Fp32)
        {
            choice = new TrainingPrecision(Precision.Fp32, "another process cannot train in bf16");
        }
        trainer.Precision = choice.Precision;
        folder?.TrainIn(choice.Name);
        Log.TrainingPrecision(context.Log, choice.Name, begun > 0 && asked == "auto" ? "as it began" : choice.Reason);
    }

    private static TrainingClaim? TryClaim(ModelFolder place, string? group, RunContext context)
    {
        TrainingClaim? claim = TrainingClaim.TryTake(place, group, context, out Claimant? holder);
        if (claim is null)
        {
            Log.TrainedElsewhere(context.Log, place.Path, holder?.Name ?? "another task", $"{holder?.Since:yyyy-MM-ddTHH:mm:ssZ}");
        }
        return claim;
    }

    private static Plan WithOverrides(Plan plan, TrainRequest request, ICollective ranks)
    {
        plan = plan with { Training = plan.Training with { Steps = request.Steps ?? plan.Training.Steps, Seed = request.Seed ?? plan.Training.Seed } };
        string[] problems = [.. plan.Training.Problems(plan.Model.Scale)];
        if (problems.Length > 0)
        {
            throw SrBatchException.FromProblems("options", problems);
        }
        return ranks.Size <= plan.Training.Batch ? plan
            : throw new SrBatchException(ExitCode.Usage, $"{ranks.Size} processes were started, but training.batch is {plan.Training.Batch}: each needs at least one patch of a step. Start fewer, or raise the batch (and with it training.learningRate).");
    }

    /// <summary>Of which planes there are and how their intensities are brought to the network's: what the patches of a step depend on.</summary>
    private static uint DigestOf(IReadOnlyList<TrainingPlane> planes)
    {
        string text = string.Join('\n', planes.Select(plane => $"{plane.Image.Id} {plane.Input} {plane.InputRange} {plane.TargetRange} {plane.Structure?.Share:R}"));
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
