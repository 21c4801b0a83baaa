using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Planning;

/// <summary>manifest + headers -> plan.json.</summary>
public static class PlanRun
{
    public static ExitCode Run(PlanRequest request, RunContext context)
    {
        if (request.Shards is < 1 or > 1_000_000)
        {
            throw new SrBatchException(ExitCode.Usage, $"--shards is {request.Shards}; must be 1 to 1000000");
        }
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, request.Shards, context);
        context.Out.WriteLine(Describe(plan));
        return ReportProblems(plan, context);
    }

    /// <summary>Logs why images cannot be done.</summary>
    /// <returns>65 when there is any such image.</returns>
    public static ExitCode ReportProblems(Plan plan, RunContext context)
    {
        foreach (PlannedImage image in plan.Images.Where(image => image.Problem is not null))
        {
            Log.ImageFailed(context.Log, image.Id, image.Problem!);
        }
        return plan.Images.Any(image => image.Problem is not null) ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    /// <summary>With the numbers by which array tasks choose; nothing when all images are of one group.</summary>
    private static IEnumerable<string> DescribeGroups(Plan plan) => plan.TrainingGroups() is { Count: > 1 } groups
        ? groups.Select((group, i) => string.Create(CultureInfo.InvariantCulture,
            $"{$"group {i}",-10} {plan.Images.Count(image => image.Group == group && image.Split == Split.Train),7} images to train on: {group}"))
        : [];

    public static string Describe(Plan plan)
    {
        IEnumerable<string> splits = plan.Images.GroupBy(image => image.Split).OrderBy(group => group.Key).Select(group =>
            string.Create(CultureInfo.InvariantCulture, $"{ManifestWords.Of(group.Key),-10} {group.Count(),7} images {group.Sum(image => image.Input?.PlaneCount ?? 0),8} planes {group.Sum(image => image.Cost) / 1e6,10:F1} output Mpixel"));
        return string.Create(CultureInfo.InvariantCulture, $"{plan.Name}: {plan.Model.Network}, scale {plan.Model.Scale}, {plan.Model.Features} features; {plan.Shards} shard{(plan.Shards == 1 ? "" : "s")}\n")
            + string.Join('\n', splits.Concat(DescribeGroups(plan)));
    }
}
