using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Storage.Crashes;
using SrBatch.Torch.Inference;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>plan -> this task's shard -> enhanced images -> quality part. An image is done when its file has its name; killed at any moment, the same command does the rest.</summary>
internal static class InferRun
{
    public static ExitCode Run(InferVerb options, RunContext context)
    {
        var run = new RunFolder(options.Run);
        ShardNumber? asked = ParseShard(options.Shard);
        if (asked is null && context.Slurm.ArrayTaskId is not null && !File.Exists(run.Plan))
        {
            throw new SrBatchException(ExitCode.Usage, $"this is task {context.Slurm.ArrayTaskId} of a job array, but {run.Plan} does not exist: how many shards there are is the plan's to say, not the array's, which may be resubmitted in parts. Run 'srbatch plan --manifest {options.Manifest} --run {options.Run} --shards N' first, or pass --shard I/N.");
        }
        Plan plan = FrozenPlan.Ensure(options.Manifest, run, null, context);
        run.CleanTemporaries(context);
        ShardNumber shard = asked ?? FromArray(plan, run, context.Slurm.ArrayTaskId);
        PlannedImage[] images = Choose(plan, shard, options.Split);
        PlannedImage[] left = [.. images.Where(image => !File.Exists(run.Image(image.Id)))];
        var models = new ModelChoice(options.Model, run);
        models.RefuseOthers(plan, run);
        Log.InferenceStarts(context.Log, shard.ToString(), images.Length, images.Length - left.Length, models.Describe(images));
        if (left.Length == 0)
        {
            return ExitCode.Done;
        }
        models.RequireAny(plan, run);
        return Enhance(left, plan, run, shard, models, options, context);
    }

    private static ExitCode Enhance(PlannedImage[] images, Plan plan, RunFolder run, ShardNumber shard, ModelChoice models, InferVerb options, RunContext context)
    {
        ComputeDevice device = TorchSetup.Start(options, context);
        var part = new QualityPart(run, $"{shard.Index}of{shard.Count}", context, device.Name, plan.Model.Scale);
        int done = 0, failed = 0;
        void Fail(PlannedImage image, string reason, string? modelSha256)
        {
            failed++;
            part.AddFailure(image, reason, modelSha256);
            Log.ImageFailed(context.Log, image.Id, reason);
        }
        try
        {
            // One model in memory at a time; that of the longest image first.
            foreach (IGrouping<string?, PlannedImage> same in images.GroupBy(models.For))
            {
                if (context.Stop.IsCancellationRequested)
                {
                    break;
                }
                using ModelFile? model = TryLoad(same, isOnly: same.Count() == images.Length, plan, device, out string? fault);
                if (model is null)
                {
                    foreach (PlannedImage image in same)
                    {
                        Fail(image, fault ?? models.WhyNone(image), null);
                    }
                    continue;
                }
                done += EnhanceWith(model, same, plan, run, part, (image, reason) => Fail(image, reason, model.Sha256), options, context);
            }
        }
        finally
        {
            CrashMark.EnterImage(null);
            part.Write();
        }
        run.CleanTemporaries(context); // a killed attempt may still have been dying at the start
        if (done + failed < images.Length)
        {
            Log.InferenceStopped(context.Log, done, images.Length - done - failed);
            return ExitCode.Stopped;
        }
        return failed > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    /// <returns>Null, with the reason if it is not just missing, when the images of this model fail and those of others do not.</returns>
    private static ModelFile? TryLoad(IGrouping<string?, PlannedImage> images, bool isOnly, Plan plan, ComputeDevice device, out string? fault)
    {
        fault = null;
        try
        {
            return images.Key is null ? null : ModelFile.Load(images.Key, plan.Model, device);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed && !isOnly)
        {
            fault = damaged.Message;
            return null;
        }
    }

    /// <returns>Images done; fewer than asked for when a signal came or some failed.</returns>
    private static int EnhanceWith(ModelFile model, IEnumerable<PlannedImage> images, Plan plan, RunFolder run, QualityPart part, Action<PlannedImage, string> fail, InferVerb options, RunContext context)
    {
        PrecisionChoice precision = PrecisionChoice.Apply(options.Precision, model.Generator);
        part.Precision = precision.Name;
        int halo = plan.Inference.Halo ?? model.Generator.ReceptiveField;
        Log.Network(context.Log, model.Card.Model.Network, precision.Name, precision.Reason, halo);
        var enhancer = new ImageEnhancer(model, plan.Inference, halo, precision.Name, MemoryBudget.ForTiles(options.MemoryBytes, context.Slurm.MemoryBytes));
        int done = 0;
        enhancer.Run(
            images,
            image => run.Image(image.Id),
            image => part.BlankRow(image, model.Sha256),
            context.Reading(plan.LinkedFolders),
            (work, rows) =>
            {
                part.Add(rows);
                done++;
                string resumed = work.Resumed == 0 ? "" : $", {work.Resumed} of {work.BlockCount} parts done before";
                Log.ImageDone(context.Log, work.Image.Id, rows.Count, work.Image.Input!.Height, work.Image.Input.Width, rows.Sum(row => row.Tiles ?? 0), rows.Sum(row => row.Seconds ?? 0).ToString("F2", CultureInfo.InvariantCulture), resumed);
            },
            fail,
            context.Stop);
        Log.Stages(context.Log, enhancer.Times.ToString());
        return done;
    }

    /// <returns>The shard's images of the splits asked for, longest first.</returns>
    private static PlannedImage[] Choose(Plan plan, ShardNumber shard, string? splits)
    {
        IReadOnlySet<Split> wanted = splits is null ? new HashSet<Split> { Split.Validation, Split.Test, Split.Infer } : Words.Splits(splits);
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
