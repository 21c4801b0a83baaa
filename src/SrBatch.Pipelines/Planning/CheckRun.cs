using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Planning;

/// <summary>Check: manifest + headers -> what would run, and everything that is wrong.</summary>
public static class CheckRun
{
    public static ExitCode Run(CheckRequest request, RunContext context)
    {
        RunFolder? run = request.Run is null ? null : new RunFolder(request.Run);
        Plan plan = run is not null && File.Exists(run.Plan)
            ? FrozenPlan.Ensure(request.Manifest, run, null, context)
            : FrozenPlan.Make(ManifestFile.Read(request.Manifest, context.Time), 1, context);
        context.Out.WriteLine(PlanRun.Describe(plan));

        TorchSetup.Load(1, context);
        long budget = MemoryBudget.OfLimits(context).ForTiles();
        using TrainedGenerator generator = TrainedGenerator.Untrained(plan.Model);
        int halo = plan.Inference.Halo ?? generator.ReceptiveField;
        long windows = 0, largest = 0;
        foreach (PlannedDataset input in plan.Images.Where(image => image.Input is not null).Select(image => image.Input!))
        {
            TileSizes tiles = generator.ChooseTiles(input.Height, input.Width, plan.Inference, halo, budget);
            windows += input.PlaneCount * tiles.Blocks(input.Height, input.Width, generator.Scale).Sum(block => (long)block.Columns.Count);
            largest = Math.Max(largest, tiles.WindowPixels(input.Height, input.Width));
        }
        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"tiles      {windows,7} of at most {largest / 1e6:F2} megapixels, halo {halo}, ")
            + string.Create(CultureInfo.InvariantCulture, $"about {(double)largest * generator.BytesPerPixel / (1 << 30):F1} GiB for one"));
        PlannedImage[] enhanced = [.. plan.Enhanced().Where(image => image.Problem is null)];
        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"outputs    {enhanced.Length,7} files, at most about {enhanced.Sum(image => image.Cost) * sizeof(float) / 1e9:F1} GB; ")
            + "packed usually less");
        if (run is not null)
        {
            context.Out.WriteLine($"done       {plan.Images.Count(image => File.Exists(run.Image(image.Id))),7} images in {run.Path}");
        }
        if (request.Site is { } site)
        {
            PlanRun.WriteLines(plan, run ?? new RunFolder("RUN"), request.Manifest, site(), context);
        }
        return PlanRun.ReportProblems(plan, context);
    }
}
