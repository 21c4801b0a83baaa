using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>Plan: manifest + headers -> plan.json.</summary>
public static class PlanRun
{
    public static ExitCode Run(PlanRequest request, RunContext context)
    {
        if (request.Shards is < 1 or > 1_000_000)
        {
            throw new SrBatchException(ExitCode.Usage, $"--shards is {request.Shards}; must be 1 to 1000000");
        }
        var run = new RunFolder(request.Run);
        bool isPlanned = File.Exists(run.Plan);
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, request.Shards, context);
        plan = isPlanned && request.Refresh ? new PlanRefresh(request.Manifest, run, context).Everything(plan) : plan;
        context.Out.WriteLine(Describe(plan));
        if (request.Site is { } site)
        {
            // Slurm opens logs before a task runs, and makes no folders.
            AtomicFolder.Ensure(run.Logs);
            WriteLines(plan, run, request.Manifest, site(), context);
        }
        ExitCode result = ReportProblems(plan, context);
        if (result != ExitCode.Done)
        {
            Log.Wrote(context.Log, "Once the files are mended, 'srbatch infer' reads these headers again, and 'srbatch train' does before "
                + "it begins; 'srbatch plan --refresh' does it at once.");
        }
        return result;
    }

    /// <summary>Prints the forecast and the lines that submit the run.</summary>
    public static void WriteLines(Plan plan, RunFolder run, string manifest, SubmitSite site, RunContext context)
    {
        var lines = new SubmitLines(plan, run, Path.GetFullPath(manifest), site) { IsPlanned = File.Exists(run.Plan) };
        foreach (string line in lines.All())
        {
            context.Out.WriteLine(line);
        }
    }

    /// <summary>Logs each image that cannot be enhanced, and why.</summary>
    /// <returns>65 when there is such an image, else 0.</returns>
    public static ExitCode ReportProblems(Plan plan, RunContext context)
    {
        foreach (PlannedImage image in plan.Images.Where(image => image.Problem is not null))
        {
            Log.ImageFailed(context.Log, image.Id, image.Problem!);
        }
        return plan.Images.Any(image => image.Problem is not null) ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    /// <summary>Summarises the plan in lines: the network, then each split, then each group.</summary>
    public static string Describe(Plan plan)
    {
        string shards = plan.Shards == 1 ? "1 shard" : $"{plan.Shards} shards";
        IEnumerable<string> splits = plan.Images.GroupBy(image => image.Split).OrderBy(group => group.Key).Select(DescribeSplit);
        return $"{plan.Name}: {plan.Model.Network}, scale {plan.Model.Scale}, {plan.Model.Features} features; {shards}\n"
            + string.Join('\n', splits.Concat(DescribeGroups(plan)));
    }

    private static string DescribeSplit(IGrouping<Split, PlannedImage> split)
    {
        long planes = split.Sum(image => image.Input?.PlaneCount ?? 0);
        double megapixels = split.Sum(image => image.Cost) / 1e6;
        return string.Create(CultureInfo.InvariantCulture,
            $"{ManifestWords.Of(split.Key),-10} {split.Count(),7} images {planes,8} planes {megapixels,10:F1} output Mpixel");
    }

    /// <summary>Lists groups with the numbers by which array tasks choose them; nothing when all images are in one group.</summary>
    private static IEnumerable<string> DescribeGroups(Plan plan) => plan.TrainingGroups() is { Count: > 1 } groups
        ? groups.Select((group, i) =>
        {
            int images = plan.Images.Count(image => image.Group == group && image.Split == Split.Train);
            return $"{$"group {i}",-10} {images,7} images to train on: {group}";
        })
        : [];
}
