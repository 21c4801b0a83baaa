using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Training;

/// <summary>
/// Finds the planes to train on, how their intensities are brought to the network's scale, and where there is structure. Images are read in parallel, each
/// once where memory holds it, and stay in memory for the patches as long as the budget lasts; larger ones are read in strips, once for each pass.
/// </summary>
/// <param name="plan">Whose training images.</param>
/// <param name="threads">Images at a time, at most.</param>
/// <param name="kept">Memory for images that stay.</param>
/// <param name="passing">For others, while their numbers are gathered.</param>
internal sealed class TrainingPlaneSearch(Plan plan, int threads, ByteBudget kept, ByteBudget passing, RunContext context)
{
    /// <summary>Of all structure maps together; four bytes each.</summary>
    private const long MostCells = 1 << 24;

    private readonly Hdf5ReadOptions _reading = context.Reading(plan.LinkedFolders);
    private readonly int _side = plan.Training.Patch / plan.Model.Scale;

    /// <returns>The planes by image id, and the ids of images that cannot be used, each logged with its reason.</returns>
    public (IReadOnlyList<TrainingPlane> Planes, IReadOnlyList<string> Skipped) Find()
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
        return ([.. planes.SelectMany(found => found)], skipped);
    }

    private PlannedImage Usable(PlannedImage image)
    {
        if (image.Problem is not null)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, image.Problem);
        }
        return image.Input!.Height >= _side && image.Input.Width >= _side
            ? image
            : throw new SrBatchException(ExitCode.ImagesFailed, $"{image.Input} is smaller than a patch of {_side} x {_side} input pixels; lower training.patch");
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
        var found = new List<TrainingPlane>();
        foreach (var channel in image.Input!.Planes().Zip(image.Target!.Planes()).GroupBy(pair => pair.First.C))
        {
            PlaneIndex[] inputs = [.. channel.Select(pair => pair.First)], targets = [.. channel.Select(pair => pair.Second)];
            IntensityRange inputRange = input.Range(channel.Key, options.PercentileLow, options.PercentileHigh, context.Stop);
            LinearFit? fit = options.TargetIntensity == TargetIntensity.Regressed ? new LinearFit() : null;
            StructureCounter[] structure = options.Structure > 0
                ? [.. inputs.Select(_ => new StructureCounter(image.Input.Height, image.Input.Width, _side, plan.Model.Scale, mostCells))]
                : [];
            for (int i = 0; i < inputs.Length && (fit is not null || structure.Length > 0); i++)
            {
                Compare(input, inputs[i], inputRange, target, targets[i], fit, structure.Length > 0 ? structure[i] : null);
            }
            IntensityRange targetRange = fit is null
                ? target.Range(targets[0].C, options.PercentileLow, options.PercentileHigh, context.Stop)
                : FromFit(fit, input, target);
            IReadOnlyList<StructureMap> maps = structure.Length > 0 ? StructureCounter.Maps(structure) : [];
            found.AddRange(inputs.Select((plane, i) => new TrainingPlane(
                image, plane, targets[i], inputRange, targetRange, maps.Count > 0 ? maps[i] : null,
                isKept ? (input.Decoded(plane)!, target.Decoded(targets[i])!) : null)));
        }
        return found;
    }

    /// <summary>Goes over a pair of planes once, in strips: the target, averaged to the input's grid, against the normalised input, and the target's structure.</summary>
    private void Compare(PlaneSource input, PlaneIndex inputPlane, IntensityRange inputRange, PlaneSource target, PlaneIndex targetPlane, LinearFit? fit, StructureCounter? structure)
    {
        int scale = plan.Model.Scale, width = checked((int)input.Dataset.Width), targetWidth = checked(width * scale);
        int rows = (int)Math.Clamp(PlaneSource.StripValues / ((long)targetWidth * scale), 1, input.Dataset.Height);
        float[] inputStrip = new float[rows * width], targetStrip = new float[rows * scale * targetWidth];
        for (long top = 0; top < input.Dataset.Height; top += rows)
        {
            context.Stop.ThrowIfCancellationRequested();
            int here = (int)Math.Min(rows, input.Dataset.Height - top);
            input.ReadRows(inputPlane, top, here, inputStrip.AsSpan(0, here * width));
            target.ReadRows(targetPlane, top * scale, here * scale, targetStrip.AsSpan(0, here * scale * targetWidth));
            for (int row = 0; row < here; row++)
            {
                Span<float> inputRow = inputStrip.AsSpan(row * width, width), targetRows = targetStrip.AsSpan(row * scale * targetWidth, scale * targetWidth);
                for (int i = 0; i < scale; i++)
                {
                    structure?.Add(targetRows.Slice(i * targetWidth, targetWidth));
                }
                if (fit is not null)
                {
                    inputRange.Normalise(inputRow, inputRow);
                    AddRow(fit, inputRow, targetRows, scale);
                }
            }
        }
    }

    private static void AddRow(LinearFit fit, ReadOnlySpan<float> inputRow, ReadOnlySpan<float> targetRows, int scale)
    {
        for (int column = 0; column < inputRow.Length; column++)
        {
            double sum = 0;
            for (int i = 0; i < scale * scale; i++)
            {
                sum += targetRows[(i / scale * inputRow.Length * scale) + (column * scale) + (i % scale)];
            }
            double mean = sum / (scale * scale);
            if (float.IsFinite(inputRow[column]) && double.IsFinite(mean))
            {
                fit.Add(mean, inputRow[column]);
            }
        }
    }

    /// <summary>The line through target y and normalised input x is x = a y + b, so 0 and 1 lie at -b/a and (1-b)/a.</summary>
    private static IntensityRange FromFit(LinearFit fit, PlaneSource input, PlaneSource target)
    {
        (double slope, double offset) = fit.Line();
        return slope > 0
            ? new IntensityRange((float)(-offset / slope), (float)((1 - offset) / slope))
            : throw new SrBatchException(ExitCode.ImagesFailed, $"{target.Dataset} does not rise with {input.Dataset} (regression slope {slope:G3}): the two do not show the same thing, or one is constant. Register the pair, or leave it out.");
    }
}
