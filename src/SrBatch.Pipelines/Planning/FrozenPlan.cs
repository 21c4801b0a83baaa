using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>The plan of a run. The first task that arrives writes it; all others read what the first wrote.</summary>
internal static class FrozenPlan
{
    /// <summary>Reads the run's plan, or makes and writes it.</summary>
    /// <param name="manifestPath">The manifest that the plan must have been made from.</param>
    /// <param name="run">Folder of the plan.</param>
    /// <param name="shards">Number of shards; null: as in the plan, or 1 for a new plan.</param>
    /// <param name="context">The world outside.</param>
    /// <exception cref="SrBatchException">Exit code 78: the manifest is bad, or the plan was made from another manifest.</exception>
    public static Plan Ensure(string manifestPath, RunFolder run, int? shards, RunContext context)
    {
        ManifestFile manifest = ManifestFile.Read(manifestPath, context.Time);
        Plan? plan = TryRead(run, context);
        if (plan is null)
        {
            Plan made = Make(manifest, shards ?? 1, context) with { Manifest = run.NameOf(manifest.Path) };
            if (AtomicFile.CreateNew(run.Plan, made.ToJson() + "\n"))
            {
                Log.PlanFrozen(context.Log, run.Plan, made.Images.Count, made.Shards);
                return made;
            }
            plan = TryRead(run, context)!;
        }
        if (plan.ManifestSha256 != manifest.Sha256)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{run.Plan} was made from another manifest (sha256 {plan.ManifestSha256[..12]}) than {manifest.Path} "
                + $"(sha256 {manifest.Sha256[..12]}). Use a new run folder, or restore the manifest.");
        }
        return shards is { } wanted && wanted != plan.Shards ? Reshard(wanted, run, context) : plan;
    }

    /// <exception cref="SrBatchException">Exit code 78: there is no plan.</exception>
    public static Plan Read(RunFolder run, RunContext context) => TryRead(run, context) ?? throw Missing(run);

    /// <summary>For work that needs what earlier work left in the run folder.</summary>
    /// <exception cref="SrBatchException">Exit code 78: there is no plan.</exception>
    public static void Require(RunFolder run)
    {
        if (!File.Exists(run.Plan))
        {
            throw Missing(run);
        }
    }

    private static SrBatchException Missing(RunFolder run) => new(
        ExitCode.BadManifest, $"{run.Plan} does not exist. Run 'srbatch plan', 'train' or 'infer' first, or check --run.");

    /// <summary>Makes a plan without writing it. Reads every header.</summary>
    public static Plan Make(ManifestFile manifest, int shards, RunContext context)
    {
        Plan plan = Planner.Build(manifest.Manifest, manifest.Sha256, manifest.Resolve(context), 1);
        return RequireWork(plan with { LinkedFolders = manifest.LinkedFolders }, shards, manifest.Path).WithShards(shards);
    }

    /// <summary>Writes other versions of some images into the plan; the rest of it stays as other tasks have left it.</summary>
    public static void Amend(RunFolder run, IReadOnlyCollection<PlannedImage> images, RunContext context)
    {
        if (images.Count == 0)
        {
            return;
        }
        using Claim _ = TakeTurn(run, context);
        Plan plan = Read(run, context);
        Dictionary<string, int> shards = plan.Images.ToDictionary(image => image.Id, image => image.Shard, StringComparer.Ordinal);
        IEnumerable<PlannedImage> amended = images.Select(image => image with { Shard = shards.GetValueOrDefault(image.Id) });
        AtomicFile.WriteText(run.Plan, plan.Amended(amended).ToJson() + "\n");
        Log.PlanAmended(context.Log, run.Plan, images.Count);
    }

    /// <summary>Waits while another task writes the plan; that takes a moment.</summary>
    private static Claim TakeTurn(RunFolder run, RunContext context)
    {
        // Many tasks may wait on one disk: not all at the same pace.
        var pause = TimeSpan.FromMilliseconds(500 + (Environment.ProcessId % 500));
        long begin = context.Time.GetTimestamp();
        bool isLogged = false;
        while (true)
        {
            context.Stop.ThrowIfCancellationRequested();
            if (Claim.TryTake(run.PlanClaim, context.Claimant("plan")) is { } claim)
            {
                return claim;
            }
            if (!isLogged && context.Time.GetElapsedTime(begin) > TimeSpan.FromSeconds(10))
            {
                string holder = Claim.HolderOf(run.PlanClaim)?.Name ?? "another task";
                Log.Wrote(context.Log, $"{run.Plan} is being written by {holder}; this task waits for it");
                isLogged = true;
            }
            context.Stop.WaitHandle.WaitOne(pause);
        }
    }

    private static Plan? TryRead(RunFolder run, RunContext context)
    {
        string json;
        try
        {
            json = new SharedDiskRetry(context.Time).Run(() => File.ReadAllText(run.Plan));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(
                ExitCode.BadManifest, $"{run.Plan} cannot be read: {fault.Message} Check its owner and mode, and the disk.", fault);
        }
        return Plan.FromJson(json, run.Plan);
    }

    /// <summary>Changes the number of shards while no image is done: tasks of a running array must not see it change.</summary>
    private static Plan Reshard(int shards, RunFolder run, RunContext context)
    {
        using Claim _ = TakeTurn(run, context);
        Plan plan = Read(run, context); // as other tasks have left it
        if (Directory.Exists(run.Images) && Directory.EnumerateFiles(run.Images, "*.h5").Any())
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{run.Plan} is frozen with {plan.Shards} shards and images are done under it; --shards is {shards}. "
                + $"Submit --array=0-{plan.Shards - 1}, or pass --shard I/{shards} to infer, or use a new run folder.");
        }
        Plan resharded = RequireWork(plan, shards, run.Plan).WithShards(shards);
        AtomicFile.WriteText(run.Plan, resharded.ToJson() + "\n");
        Log.PlanFrozen(context.Log, run.Plan, resharded.Images.Count, shards);
        return resharded;
    }

    /// <summary>A shard without an image would be a task that waits in the queue for nothing.</summary>
    private static Plan RequireWork(Plan plan, int shards, string where)
    {
        int images = plan.Enhanced().Any() ? plan.Enhanced().Count() : plan.Images.Count;
        return shards <= images
            ? plan
            : throw new SrBatchException(
                ExitCode.BadManifest,
                $"--shards is {shards}, but {where} has {images} image{(images == 1 ? "" : "s")} to enhance; "
                + $"at most one shard an image. Use --shards {images} or fewer.");
    }
}
