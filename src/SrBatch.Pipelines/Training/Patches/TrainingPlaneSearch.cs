using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>
/// Finds the planes to train on, how their intensities are normalised, and where there is structure. Images are read in parallel, each
/// once if memory holds it, and stay in memory for the patches as long as the budget lasts. Larger images are read in strips, once for
/// each pass.
/// </summary>
/// <param name="plan">Has the images.</param>
/// <param name="threads">Most images at the same time.</param>
/// <param name="kept">Memory for images that stay.</param>
/// <param name="passing">Memory for other images while they are measured.</param>
internal sealed class TrainingPlaneSearch(Plan plan, int threads, ByteBudget kept, ByteBudget passing, RunContext context)
{
    /// <summary>Cells of all structure maps together; four bytes each.</summary>
    private const long MostCells = 1 << 24;

    private readonly Hdf5ReadOptions _reading = context.Reading(plan.LinkedFolders);
    private readonly int _side = plan.Training.Patch / plan.Model.Scale;

    /// <summary>Logs each image that cannot be used, with the reason.</summary>
    public TrainingPlanes Find()
    {
        PlannedImage[] images = [.. plan.Images.Where(image => image.Split == Split.Train)];
        var planes = new IReadOnlyList<TrainingPlane>[images.Length];
        string?[] problems = new string?[images.Length];
        long planeCount = images.Sum(image => image.Input?.PlaneCount ?? 0);
        int mostCells = (int)Math.Clamp(MostCells / Math.Max(1, planeCount), 16, 1024);
        InParallel.For(images.Length, threads, i =>
        {
            try
            {
                planes[i] = _reading.Retry.Run(() => Calibrate(Usable(images[i]), mostCells), context.Stop);
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                (planes[i], problems[i]) = ([], fault.Message);
            }
        }, context.Stop);
        var skipped = new List<string>();
        for (int i = 0; i < images.Length; i++)
        {
            if (problems[i] is { } problem)
            {
                Log.ImageFailed(context.Log, images[i].Id, problem);
                skipped.Add(images[i].Id);
            }
        }
        return new TrainingPlanes([.. planes.SelectMany(found => found)], skipped);
    }

    private PlannedImage Usable(PlannedImage image)
    {
        if (image.Problem is not null)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, image.Problem);
        }
        return image.Input!.Height >= _side && image.Input.Width >= _side
            ? image
            : throw new SrBatchException(
                ExitCode.ImagesFailed, $"{image.Input} is smaller than a patch of {_side} x {_side} input pixels; lower training.patch");
    }

    private List<TrainingPlane> Calibrate(PlannedImage image, int mostCells)
    {
        long? bytes = DecodedPlane.Bytes(image.Input!) + DecodedPlane.Bytes(image.Target!);
        ByteBudget? budget = bytes is { } size ? kept.TryTake(size) ? kept : passing.TryTake(size) ? passing : null : null;
        bool isDone = false;
        try
        {
            using var input = new PlaneSource(image.Input!, _reading);
            using var target = new PlaneSource(image.Target!, _reading);
            if (budget is not null)
            {
                input.Decode(context.Stop);
                target.Decode(context.Stop);
            }
            List<TrainingPlane> found = Calibrate(image, input, target, mostCells, isKept: budget == kept);
            isDone = true;
            return found;
        }
        finally
        {
            if (budget == passing || !isDone)
            {
                budget?.GiveBack(bytes!.Value);
            }
        }
    }

    private List<TrainingPlane> Calibrate(PlannedImage image, PlaneSource input, PlaneSource target, int mostCells, bool isKept)
    {
        TrainingOptions options = plan.Training;
        var comparison = new PairComparison(input, target, plan.Model.Scale, context.Stop);
        var found = new List<TrainingPlane>();
        foreach (var channel in image.Input!.Planes().Zip(image.Target!.Planes()).GroupBy(pair => pair.First.C))
        {
            PlaneIndex[] inputs = [.. channel.Select(pair => pair.First)], targets = [.. channel.Select(pair => pair.Second)];
            IntensityRange inputRange = input.Range(channel.Key, options.PercentileLow, options.PercentileHigh, context.Stop);
            LinearFit? fit = options.TargetIntensity == TargetIntensity.Regressed ? new LinearFit() : null;
            StructureCounter[] structure = options.Structure > 0
                ? [.. inputs.Select(_ => new StructureCounter(image.Input.Height, image.Input.Width, _side, plan.Model.Scale, mostCells))]
                : [];
            for (int i = 0; i < inputs.Length && (fit is not null || structure.Length > 0 || comparison.HasFloats); i++)
            {
                comparison.Add(inputs[i], targets[i], inputRange, fit, structure.Length > 0 ? structure[i] : null);
            }
            IntensityRange targetRange = fit is null
                ? target.Range(targets[0].C, options.PercentileLow, options.PercentileHigh, context.Stop)
                : FromFit(fit, input, target);
            IReadOnlyList<StructureMap> maps = structure.Length > 0 ? StructureCounter.Maps(structure) : [];
            found.AddRange(inputs.Select((plane, i) => new TrainingPlane(
                image, plane, targets[i], inputRange, targetRange, maps.Count > 0 ? maps[i] : null,
                isKept ? (input.Decoded(plane)!, target.Decoded(targets[i])!) : null)));
        }
        long inputsMissing = image.Input!.Planes().Sum(input.NeverWritten), targetsMissing = image.Target!.Planes().Sum(target.NeverWritten);
        if (inputsMissing + targetsMissing > 0)
        {
            Log.TrainingNeverWritten(context.Log, image.Id, inputsMissing, targetsMissing);
        }
        if (comparison.InputsNotFinite + comparison.TargetsNotFinite > 0)
        {
            Log.NotFinite(context.Log, image.Id, comparison.InputsNotFinite, comparison.TargetsNotFinite);
        }
        return found;
    }

    /// <summary>The line through target y and normalised input x is x = a y + b, so 0 and 1 lie at -b/a and (1-b)/a.</summary>
    private static IntensityRange FromFit(LinearFit fit, PlaneSource input, PlaneSource target)
    {
        (double slope, double offset) = fit.Line();
        return slope > 0
            ? new IntensityRange((float)(-offset / slope), (float)((1 - offset) / slope))
            : throw new SrBatchException(ExitCode.ImagesFailed,
                $"{target.Dataset} does not rise with {input.Dataset} (regression slope {slope:G3}): the two do not show the same thing, "
                + "or one is constant. Register the pair, or leave it out.");
    }
}
