using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5;
using SrBatch.Worker.Logging;

namespace SrBatch.Worker.Runs;

/// <summary>Finds the planes to train on and how their intensities are brought to the network's scale; reads every training image once.</summary>
internal static class TrainingPlanes
{
    /// <returns>The planes by image id, and the ids of images that cannot be used, each logged with its reason.</returns>
    public static (IReadOnlyList<TrainingPlane> Planes, IReadOnlyList<string> Skipped) Find(Plan plan, RunContext context)
    {
        var planes = new List<TrainingPlane>();
        var skipped = new List<string>();
        int side = plan.Training.Patch / plan.Model.Scale;
        foreach (PlannedImage image in plan.Images.Where(image => image.Split == Split.Train))
        {
            try
            {
                if (image.Problem is not null)
                {
                    throw new SrBatchException(ExitCode.ImagesFailed, image.Problem);
                }
                if (image.Input!.Height < side || image.Input.Width < side)
                {
                    throw new SrBatchException(ExitCode.ImagesFailed, $"{image.Input} is smaller than a patch of {side} x {side} input pixels; lower training.patch");
                }
                planes.AddRange(Calibrate(image, plan, context));
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(context.Log, image.Id, fault.Message);
                skipped.Add(image.Id);
            }
        }
        return (planes, skipped);
    }

    private static List<TrainingPlane> Calibrate(PlannedImage image, Plan plan, RunContext context)
    {
        Hdf5ReadOptions reading = context.Reading(plan.LinkedFolders);
        return reading.Retry.Run(() => Calibrate(image, plan, reading, context.Stop), context.Stop);
    }

    private static List<TrainingPlane> Calibrate(PlannedImage image, Plan plan, Hdf5ReadOptions reading, CancellationToken stop)
    {
        TrainingOptions options = plan.Training;
        using var input = new PlaneSource(image.Input!, reading);
        using var target = new PlaneSource(image.Target!, reading);
        (PlaneIndex Input, PlaneIndex Target)[] pairs = [.. image.Input!.Planes().Zip(image.Target!.Planes())];
        var found = new List<TrainingPlane>();
        foreach (var channel in pairs.GroupBy(pair => pair.Input.C))
        {
            IntensityRange inputRange = input.Range(channel.Key, options.PercentileLow, options.PercentileHigh, stop);
            IntensityRange targetRange = options.TargetIntensity == TargetIntensity.Percentiles
                ? target.Range(channel.First().Target.C, options.PercentileLow, options.PercentileHigh, stop)
                : Regress(input, target, channel, inputRange, plan.Model.Scale, stop);
            found.AddRange(channel.Select(pair => new TrainingPlane(image, pair.Input, pair.Target, inputRange, targetRange)));
        }
        return found;
    }

    /// <summary>The target, averaged to the input's grid, regressed on the normalised input: x = a y + b, so 0 and 1 lie at -b/a and (1-b)/a.</summary>
    private static IntensityRange Regress(
        PlaneSource input, PlaneSource target, IEnumerable<(PlaneIndex Input, PlaneIndex Target)> pairs, IntensityRange inputRange, int scale, CancellationToken stop)
    {
        var fit = new LinearFit();
        int width = checked((int)input.Dataset.Width);
        float[] inputRow = new float[width], targetRows = new float[width * scale * scale];
        foreach ((PlaneIndex inputPlane, PlaneIndex targetPlane) in pairs)
        {
            float[] x = input.ReadPlane(inputPlane), y = target.ReadPlane(targetPlane);
            for (int row = 0; row < input.Dataset.Height; row++)
            {
                stop.ThrowIfCancellationRequested();
                inputRange.Normalise(x.AsSpan(row * width, width), inputRow);
                y.AsSpan(row * scale * width * scale, targetRows.Length).CopyTo(targetRows);
                for (int column = 0; column < width; column++)
                {
                    double sum = 0;
                    for (int i = 0; i < scale * scale; i++)
                    {
                        sum += targetRows[(i / scale * width * scale) + (column * scale) + (i % scale)];
                    }
                    double mean = sum / (scale * scale);
                    if (float.IsFinite(inputRow[column]) && double.IsFinite(mean))
                    {
                        fit.Add(mean, inputRow[column]);
                    }
                }
            }
        }
        (double slope, double offset) = fit.Line();
        if (!(slope > 0))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{target.Dataset} does not rise with {input.Dataset} (regression slope {slope:G3}): the two do not show the same thing, or one is constant. Register the pair, or leave it out.");
        }
        return new IntensityRange((float)(-offset / slope), (float)((1 - offset) / slope));
    }
}
