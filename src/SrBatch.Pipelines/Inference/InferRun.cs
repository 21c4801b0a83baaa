using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Images;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// plan -> this task's shard -> enhanced images -> quality part. An image is done when its file has its final name; after a kill at any
/// moment, the same command does the rest.
/// </summary>
public static class InferRun
{
    public static ExitCode Run(InferRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        bool isPlanned = File.Exists(run.Plan);
        var models = new ModelChoice(request.Model, run);
        if (!isPlanned)
        {
            models.RequireAll(run);
        }
        (Plan plan, ShardNumber shard) = TaskShard.Choose(request.Manifest, run, request.Shard, context);
        run.CleanTemporaries(context);
        PlannedImage[] images = Choose(plan, shard, request.Split);
        DamagedOutputs.SetAside(run, images, context);
        PlannedImage[] left = [.. images.Where(image => !File.Exists(run.Image(image.Id)))];
        models.RefuseOthers(plan, run, context);
        Log.InferenceStarts(context.Log, shard.ToString(), images.Length, images.Length - left.Length, models.Describe(images));
        var restarts = new RestartLimit(run, "infer", request.Compute.MaxRestarts, context);
        if (left.Length == 0)
        {
            restarts.End();
            return ExitCode.Done;
        }
        models.RequireAny(plan, run);
        left = isPlanned ? new PlanRefresh(request.Manifest, run, context).BeforeInference(plan, left) : left;
        restarts.Begin(images.Length - left.Length, PartialImage.Kept(run.Images, left.Select(image => run.Image(image.Id))));
        using var state = TaskState.Begin(run, "infer", shard.ToString(), left.Length, context);
        ComputeDevice found = TorchSetup.Start(request.Compute, context);
        long windowBytes = WindowBytes(found, MemoryBudget.OfLimits(context), request);
        var compute = RunCompute.Settle(
            run.Compute("infer"), found, request.Compute, context, windowBytes, () => TryBf16(left, models, plan, found));
        using LocalCopies? local = context.OpenLocal(request.Compute.Stage);
        context = context with { Local = local };
        state.Takes(compute.Device.Name);
        var part = new QualityPart(run, $"{shard.Index}of{shard.Count}", context, compute.Device.Name, plan.Model.Scale)
        {
            Usage = () => state.Usage,
        };
        using var inference = new InferenceRun(plan, run, part, context) { Task = state };
        ExitCode result;
        try
        {
            result = EnhanceAll(left, inference, models, compute, request);
        }
        finally
        {
            part.Write();
        }
        run.CleanTemporaries(context); // a killed attempt may still have been dying at the start
        if (result != ExitCode.Stopped)
        {
            run.RequirePlan();
            restarts.End();
        }
        return result;
    }

    private static ExitCode EnhanceAll(
        PlannedImage[] images,
        InferenceRun run,
        ModelChoice models,
        RunCompute compute,
        InferRequest request)
    {
        CancellationToken stop = run.Context.Stop;
        List<PlannedImage> left = [.. images];
        using IDisposable progress = run.Context.Progress.Begin("infer", "Mpixel", images.Sum(image => image.Cost) / 1e6);
        for (IReadOnlyList<PlannedImage> free = left; free.Count > 0; free = left.Count == 0 ? [] : run.Claims.WaitForOthers(left, stop))
        {
            // One model in memory at a time; that of the longest image first.
            foreach (IGrouping<ModelPaths?, PlannedImage> same in free.Where(image => !IsDone(image)).GroupBy(models.For))
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }
                bool isOnly = same.Count() == images.Length;
                using ModelSet? model = TryLoad(same.Key, isOnly, run.Plan, compute.Device, out string? fault);
                if (model is null)
                {
                    foreach (PlannedImage image in same)
                    {
                        run.Fail(image, fault ?? models.WhyNone(image), null);
                    }
                    continue;
                }
                EnhanceWith(model, compute, same, run, request);
            }
            left.RemoveAll(image => run.IsSettled(image) || IsDone(image));
        }
        if (left.Count > 0)
        {
            Log.InferenceStopped(run.Context.Log, images.Length - run.Failed - left.Count, left.Count);
            return ExitCode.Stopped;
        }
        if (run.Failed > 0)
        {
            Log.Wrote(run.Context.Log, $"{run.Failed} of {images.Length} images failed. Once their files are mended, the same command "
                + $"makes them. If the manifest must change, delete {run.Folder.Plan} first: what is done stays done.");
            return ExitCode.ImagesFailed;
        }
        return ExitCode.Done;

        bool IsDone(PlannedImage image) => File.Exists(run.Folder.Image(image.Id));
    }

    /// <returns>
    /// Null when the images of this model fail and those of others do not; with the reason, unless the model is just missing.
    /// </returns>
    private static ModelSet? TryLoad(ModelPaths? paths, bool isOnly, Plan plan, ComputeDevice device, out string? fault)
    {
        fault = null;
        try
        {
            return paths is null ? null : ModelSet.Load(paths.Paths, plan, device);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed && !isOnly)
        {
            fault = damaged.Message;
            return null;
        }
    }

    /// <exception cref="SrBatchException">Exit code 69: a model of the images gives wrong outputs in bf16 here.</exception>
    private static void TryBf16(PlannedImage[] images, ModelChoice models, Plan plan, ComputeDevice device)
    {
        foreach (ModelPaths? paths in images.Select(models.For).Distinct())
        {
            using ModelSet? set = TryLoad(paths, isOnly: false, plan, device, out _);
            foreach (ModelFile model in set?.Models ?? [])
            {
                PrecisionChoice.Apply("bf16", model.Generator, units: null);
            }
        }
    }

    /// <summary>Enhances those that no other task works on, until a signal comes.</summary>
    private static void EnhanceWith(
        ModelSet models,
        RunCompute compute,
        IEnumerable<PlannedImage> images,
        InferenceRun run,
        InferRequest request)
    {
        EnhancerSettings settings = Prepare(models, compute, run, request);
        run.Precision = settings.Precision;
        foreach (PlannedImage image in images.Where(image => image.Problem is not null))
        {
            run.Fail(image, image.Problem!, models.Sha256);
        }
        var enhancer = new ImageEnhancer(models, settings, run);
        try
        {
            enhancer.Run(images.Where(image => image.Problem is null), run.Context.Stop);
        }
        finally
        {
            run.Spent(enhancer.Times);
        }
        Log.Stages(run.Context.Log, enhancer.Times.ToString());
    }

    /// <summary>Chooses precision and halo, and logs them.</summary>
    private static EnhancerSettings Prepare(ModelSet models, RunCompute compute, InferenceRun run, InferRequest request)
    {
        RunContext context = run.Context;
        int halo = 0;
        var precisions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (ModelFile model in models.Models)
        {
            PrecisionChoice precision = PrecisionChoice.Apply(
                compute.Precision, model.Generator, Bf16Units.Of(compute.Device), model.Bf16CostDb);
            precisions.Add(precision.Name);
            int needed = Halo(model, run);
            Log.Network(context.Log, model.Network, precision.Name, compute.Reason ?? precision.Reason, needed);
            halo = Math.Max(halo, needed);
        }
        long own = WindowBytes(compute.Device, new MemoryBudget(context), request), tiles = compute.WindowBytes ?? own;
        if (request.MemoryBytes is not null && own != tiles && run.Plan.Inference.Tile is null)
        {
            Log.Warning(context.Log, $"--memory gives windows {own >> 20} MiB, but other tasks of this run have windows of "
                + $"{tiles >> 20} MiB ({run.Folder.Compute("infer")}). {Log.OtherWindows}");
            tiles = own;
        }
        long windows = request.MemoryBytes is null ? Windows(tiles, own, compute.Device) : own;
        if (windows < tiles)
        {
            Log.LessMemory(context.Log, own >> 20, tiles >> 20, windows >> 20);
        }
        return new EnhancerSettings(halo, string.Join('+', precisions), tiles, windows);
    }

    /// <summary>
    /// The memory that tiles are chosen for, halved until it suffices: bytes of outputs must not depend on how much is free at the moment.
    /// A GPU says itself when memory does not suffice, so that what is kept free of it counts too.
    /// </summary>
    internal static long Windows(long tiles, long own, ComputeDevice device)
    {
        long most = device.GpuMemory is { } gpu ? Math.Max(own, gpu.Free) : own, windows = tiles;
        while (windows > most)
        {
            windows >>= 1;
        }
        return windows;
    }

    /// <summary>Memory that this task may use for windows.</summary>
    private static long WindowBytes(ComputeDevice device, MemoryBudget memory, InferRequest request) => device.GpuMemory is { } gpu
        ? MemoryBudget.ForGpuTiles(gpu.Free)
        : memory.ForTiles(request.MemoryBytes);

    /// <summary>
    /// Input pixels around what is kept of a window. A halo that was never measured is measured on the plan's images: all shards find the
    /// same.
    /// </summary>
    private static int Halo(ModelFile model, InferenceRun run) => run.Plan.Inference switch
    {
        { Halo: { } pixels } => pixels,
        { HaloRule: HaloRule.Exact } => model.Generator.ReceptiveField,
        _ => model.AutoHalo
            ?? HaloSamples.Measure(model.Generator, model.Intensities, run.Plan.Images, run.Reading, run.Context.Stop)?.Pixels
            ?? model.Generator.ReceptiveField,
    };

    /// <returns>The shard's images of the splits asked for, longest first.</returns>
    private static PlannedImage[] Choose(Plan plan, ShardNumber shard, string? splits)
    {
        IReadOnlySet<Split> wanted = splits is null
            ? new HashSet<Split> { Split.Validation, Split.Test, Split.Infer }
            : ManifestWords.Splits(splits);
        return [.. TaskShard.Images(plan, shard).Where(image => wanted.Contains(image.Split)).OrderByDescending(image => image.Cost)];
    }
}
