using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Images;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>plan -> this task's shard -> enhanced images -> quality part. An image is done when its file has its name; killed at any moment, the same command does the rest.</summary>
public static class InferRun
{
    public static ExitCode Run(InferRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        ShardNumber? asked = ParseShard(request.Shard);
        if (asked is null && context.Slurm.ArrayTaskId is not null && !File.Exists(run.Plan))
        {
            throw new SrBatchException(ExitCode.Usage, $"this is task {context.Slurm.ArrayTaskId} of a job array, but {run.Plan} does not exist: how many shards there are is the plan's to say, not the array's, which may be resubmitted in parts. Run 'srbatch plan --manifest {request.Manifest} --run {request.Run} --shards N' first, or pass --shard I/N.");
        }
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, null, context);
        run.CleanTemporaries(context);
        ShardNumber shard = asked ?? FromArray(plan, run, context.Slurm.ArrayTaskId);
        PlannedImage[] images = Choose(plan, shard, request.Split);
        PlannedImage[] left = [.. images.Where(image => !File.Exists(run.Image(image.Id)))];
        var models = new ModelChoice(request.Model, run);
        models.RefuseOthers(plan, run);
        Log.InferenceStarts(context.Log, shard.ToString(), images.Length, images.Length - left.Length, models.Describe(images));
        var restarts = new RestartLimit(run, "infer", request.Compute.MaxRestarts, context);
        if (left.Length == 0)
        {
            restarts.End();
            return ExitCode.Done;
        }
        models.RequireAny(plan, run);
        restarts.Begin(images.Length - left.Length, PartialImage.Kept(run.Images, left.Select(image => run.Image(image.Id))));
        ExitCode result = Enhance(left, plan, run, shard, models, request, context);
        if (result != ExitCode.Stopped)
        {
            restarts.End();
        }
        return result;
    }

    private static ExitCode Enhance(PlannedImage[] images, Plan plan, RunFolder run, ShardNumber shard, ModelChoice models, InferRequest request, RunContext context)
    {
        ComputeDevice device = TorchSetup.Start(request.Compute, context);
        var part = new QualityPart(run, $"{shard.Index}of{shard.Count}", context, device.Name, plan.Model.Scale);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        int failed = 0;
        void Fail(PlannedImage image, string reason, string? modelSha256)
        {
            failed++;
            settled.Add(image.Id);
            part.AddFailure(image, reason, modelSha256);
            Log.ImageFailed(context.Log, image.Id, reason);
        }
        using var claims = new ImageClaims(run, context);
        List<PlannedImage> left = [.. images];
        using IDisposable progress = context.Progress.Begin("infer", "Mpixel", images.Sum(image => image.Cost) / 1e6);
        try
        {
            for (IReadOnlyList<PlannedImage> free = left; free.Count > 0; free = left.Count == 0 ? [] : claims.WaitForOthers(left, context.Stop))
            {
                // One model in memory at a time; that of the longest image first.
                foreach (IGrouping<string?, PlannedImage> same in free.Where(image => !File.Exists(run.Image(image.Id))).GroupBy(models.For))
                {
                    if (context.Stop.IsCancellationRequested)
                    {
                        break;
                    }
                    using ModelSet? model = TryLoad(same, isOnly: same.Count() == images.Length, plan, device, out string? fault);
                    if (model is null)
                    {
                        foreach (PlannedImage image in same)
                        {
                            Fail(image, fault ?? models.WhyNone(image), null);
                        }
                        continue;
                    }
                    EnhanceWith(model, device, same, plan, run, part, claims, image => settled.Add(image.Id), (image, reason) => Fail(image, reason, model.Sha256), request, context);
                }
                left.RemoveAll(image => settled.Contains(image.Id) || File.Exists(run.Image(image.Id)));
            }
        }
        finally
        {
            part.Write();
        }
        run.CleanTemporaries(context); // a killed attempt may still have been dying at the start
        if (left.Count > 0)
        {
            Log.InferenceStopped(context.Log, images.Length - failed - left.Count, left.Count);
            return ExitCode.Stopped;
        }
        return failed > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    /// <returns>Null, with the reason if it is not just missing, when the images of this model fail and those of others do not.</returns>
    private static ModelSet? TryLoad(IGrouping<string?, PlannedImage> images, bool isOnly, Plan plan, ComputeDevice device, out string? fault)
    {
        fault = null;
        try
        {
            return images.Key is null ? null : ModelSet.Load(ModelChoice.Paths(images.Key), plan, device);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed && !isOnly)
        {
            fault = damaged.Message;
            return null;
        }
    }

    /// <summary>Enhances those that no other task is at, until a signal comes.</summary>
    private static void EnhanceWith(
        ModelSet models, ComputeDevice device, IEnumerable<PlannedImage> images, Plan plan, RunFolder run, QualityPart part, ImageClaims claims, Action<PlannedImage> settle, Action<PlannedImage, string> fail, InferRequest request, RunContext context)
    {
        Hdf5ReadOptions reading = context.Reading(plan.LinkedFolders);
        int halo = 0;
        var precisions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (ModelFile model in models.Models)
        {
            PrecisionChoice precision = PrecisionChoice.Apply(request.Compute.Precision, model.Generator, model.Bf16CostDb);
            precisions.Add(precision.Name);
            int needed = Halo(model, plan, reading, context.Stop);
            Log.Network(context.Log, model.Network, precision.Name, precision.Reason, needed);
            halo = Math.Max(halo, needed);
        }
        part.Precision = string.Join('+', precisions);
        long tileBudget = device.GpuMemory is { } gpu
            ? MemoryBudget.ForGpuTiles(gpu.Free)
            : new MemoryBudget(context).ForTiles(request.MemoryBytes);
        var enhancer = new ImageEnhancer(models, plan.Inference, plan.Quality, halo, part.Precision, tileBudget, context.Log) { Progress = context.Progress };
        foreach (PlannedImage image in images.Where(image => image.Problem is not null))
        {
            fail(image, $"{image.Problem} (found when the plan was made; once it is mended, delete {run.Plan} and run again: what is done stays done)");
        }
        try
        {
            enhancer.Run(
                claims,
                images.Where(image => image.Problem is null),
                image => run.Image(image.Id),
                image => part.BlankRow(image, models.Sha256),
                reading,
                (work, rows) =>
                {
                    part.Add(rows);
                    settle(work.Image);
                    string resumed = work.Resumed == 0 ? "" : $", {work.Resumed} of {work.BlockCount} parts done before";
                    Log.ImageDone(context.Log, work.Image.Id, rows.Count, work.Image.Input!.Height, work.Image.Input.Width, rows.Sum(row => row.Tiles ?? 0), rows.Sum(row => row.Seconds ?? 0).ToString("F2", CultureInfo.InvariantCulture), resumed);
                },
                fail,
                context.Stop);
        }
        finally
        {
            part.Spent(enhancer.Times.Totals);
        }
        Log.Stages(context.Log, enhancer.Times.ToString());
    }

    /// <summary>Input pixels around what is kept of a window. What nobody measured yet is measured on the plan's images: all shards find the same.</summary>
    private static int Halo(ModelFile model, Plan plan, Hdf5ReadOptions reading, CancellationToken stop) => plan.Inference switch
    {
        { Halo: { } pixels } => pixels,
        { HaloRule: HaloRule.Exact } => model.Generator.ReceptiveField,
        _ => model.AutoHalo ?? HaloSamples.Measure(model.Generator, model.Intensities, plan.Images, reading, stop)?.Pixels ?? model.Generator.ReceptiveField,
    };

    /// <returns>The shard's images of the splits asked for, longest first.</returns>
    private static PlannedImage[] Choose(Plan plan, ShardNumber shard, string? splits)
    {
        IReadOnlySet<Split> wanted = splits is null ? new HashSet<Split> { Split.Validation, Split.Test, Split.Infer } : ManifestWords.Splits(splits);
        Plan sharded = shard.Count == plan.Shards ? plan : plan.WithShards(shard.Count);
        return [.. sharded.Images.Where(image => image.Shard == shard.Index && wanted.Contains(image.Split)).OrderByDescending(image => image.Cost)];
    }

    private static ShardNumber? ParseShard(string? text)
    {
        if (text is null)
        {
            return null;
        }
        return ShardNumber.TryParse(text, out ShardNumber shard)
            ? shard
            : throw new SrBatchException(ExitCode.Usage, $"--shard is '{text}'; must be I/N with 0 <= I < N");
    }

    private static ShardNumber FromArray(Plan plan, RunFolder run, int? arrayTask) => arrayTask switch
    {
        null => ShardNumber.Whole,
        { } task when task < plan.Shards => new ShardNumber(task, plan.Shards),
        _ => throw new SrBatchException(ExitCode.Usage, $"SLURM_ARRAY_TASK_ID is {arrayTask}, but {run.Plan} has {plan.Shards} shard{(plan.Shards == 1 ? "" : "s")}, 0 to {plan.Shards - 1}. Submit --array=0-{plan.Shards - 1}, or plan again with 'srbatch plan --shards N'."),
    };
}
