using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Inference;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>manifest + headers -> what would run, and everything that is wrong.</summary>
internal static class CheckRun
{
    public static ExitCode Run(CheckVerb options, RunContext context)
    {
        RunFolder? run = options.Run is null ? null : new RunFolder(options.Run);
        Plan plan = run is not null && File.Exists(run.Plan)
            ? FrozenPlan.Ensure(options.Manifest, run, null, context)
            : FrozenPlan.Make(ManifestFile.Read(options.Manifest, context.Time), 1, context);
        context.Out.WriteLine(PlanRun.Describe(plan));

        TorchSetup.Load(1);
        TileSizes tiles = TrainedGenerator.ChooseTiles(plan.Model, plan.Inference, MemoryBudget.ForTiles, out long bytesPerPixel);
        long windows = plan.Images.Where(image => image.Input is not null).Sum(image => image.Input!.PlaneCount * tiles.Cut(image.Input.Height).Count * (long)tiles.Cut(image.Input.Width).Count);
        context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"tiles      {windows,7} of at most {tiles.Window} x {tiles.Window} input pixels, halo {tiles.Halo}, about {(double)tiles.Window * tiles.Window * bytesPerPixel / (1 << 30):F1} GiB for one"));
        if (run is not null)
        {
            context.Out.WriteLine($"done       {plan.Images.Count(image => File.Exists(run.Image(image.Id))),7} images in {run.Path}");
        }
        return PlanRun.ReportProblems(plan, context);
    }
}
