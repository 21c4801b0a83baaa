using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
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
        string modelPath = Path.GetFullPath(options.Model ?? run.Model);
        RefuseMixedModels(images.Except(left), run, modelPath);
        Log.InferenceStarts(context.Log, shard.ToString(), images.Length, images.Length - left.Length, modelPath);
        return left.Length == 0 ? ExitCode.Done : Enhance(left, plan, run, shard, modelPath, options, context);
    }

    private static ExitCode Enhance(PlannedImage[] images, Plan plan, RunFolder run, ShardNumber shard, string modelPath, InferVerb options, RunContext context)
    {
        ComputeDevice device = TorchSetup.Start(options, context);
        using ModelFile model = ModelFile.Load(modelPath, plan.Model, device);
        var part = new QualityPart(run, $"{shard.Index}of{shard.Count}", context, model.Sha256, device.Name, "fp32", model.Generator.Scale);
        var enhancer = new ImageEnhancer(model, plan.Inference, part.BlankRow, context.Reading(plan.LinkedFolders));
        int done = 0, failed = 0;
        try
        {
            foreach (PlannedImage image in images)
            {
                if (context.Stop.IsCancellationRequested)
                {
                    break;
                }
                try
                {
                    CrashMark.EnterImage(image.Id);
                    if (image.Problem is not null)
                    {
                        throw new SrBatchException(ExitCode.ImagesFailed, $"{image.Problem} (found when the plan was made; once it is mended, delete {run.Plan} and run again: what is done stays done)");
                    }
                    IReadOnlyList<QualityRow> rows = enhancer.Enhance(image, run.Image(image.Id), context.Stop);
                    part.Add(rows);
                    done++;
                    Log.ImageDone(context.Log, image.Id, rows.Count, image.Input!.Height, image.Input.Width, rows.Sum(row => row.Tiles ?? 0), rows.Sum(row => row.Seconds ?? 0).ToString("F2", CultureInfo.InvariantCulture));
                }
                catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
                {
                    break;
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
                {
                    failed++;
                    part.AddFailure(image, fault.Message);
                    Log.ImageFailed(context.Log, image.Id, fault.Message);
                }
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

    /// <summary>A run's images must all come from one model; which one, each says of itself. One look suffices: within a run the check was made for all.</summary>
    private static void RefuseMixedModels(IEnumerable<PlannedImage> done, RunFolder run, string modelPath)
    {
        if (done.FirstOrDefault() is not { } image || !File.Exists(modelPath))
        {
            return;
        }
        string path = run.Image(image.Id), model = Storage.Weights.Safetensors.FileSha256(modelPath);
        if (OutputFile.Read(path).ModelSha256 is var found && found != model)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} was made by another model (sha256 {found[..Math.Min(12, found.Length)]}) than {modelPath} ({model[..12]}). Use a new run folder, or delete {run.Images} to make all again.");
        }
    }
}
