using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Training;

/// <summary>Finds how well a trained model's outputs explain their inputs, so that infer can tell which do worse: on the validation split, or without one on the training images.</summary>
/// <param name="plan">What it was trained on.</param>
/// <param name="context">The world outside.</param>
internal sealed class TrainingOutputs(Plan plan, RunContext context)
{
    /// <summary>Planes enhanced, spread evenly over the split: about what a validation takes.</summary>
    private const int MostPlanes = 32;

    /// <summary>Of these, planes enhanced in all orientations: eight times the work.</summary>
    private const int MostTurned = 8;

    private readonly Hdf5ReadOptions _reading = context.Reading(plan.LinkedFolders);

    /// <returns>Null when no plane could be enhanced, or all are too small.</returns>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public OutputConsistency? Measure(TrainedGenerator generator)
    {
        TiledEnhancer[] enhancers = [.. Enumerable.Range(0, TrainedGenerator.Orientations).Select(orientation => new TiledEnhancer(generator.InOrientation(orientation), generator.Scale, batch: 1))];
        PlannedImage[] usable = [.. plan.Images.Where(image => image.Problem is null)], heldOut = [.. usable.Where(image => image.Split == Split.Validation)];
        (PlannedImage Image, PlaneIndex Plane)[] all = [.. (heldOut.Length > 0 ? heldOut : usable.Where(image => image.Split == Split.Train)).SelectMany(image => image.Input!.Planes().Select(plane => (image, plane)))];
        int count = Math.Min(MostPlanes, all.Length);
        var measured = new List<(string Image, PlaneConsistency Plane)>();
        for (int i = 0; i < count; i++)
        {
            (PlannedImage image, PlaneIndex plane) = all[(int)((long)i * all.Length / count)];
            try
            {
                if (_reading.Retry.Run(() => Measure(enhancers[..(i * MostTurned / count < (i + 1) * MostTurned / count ? enhancers.Length : 1)], generator, image.Input!, plane), context.Stop) is { } one)
                {
                    measured.Add((image.Id, one));
                }
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                // Validation, or the search for training planes, has said so.
            }
        }
        return OutputConsistency.Fit(measured);
    }

    private PlaneConsistency? Measure(TiledEnhancer[] enhancers, TrainedGenerator generator, PlannedDataset input, PlaneIndex plane)
    {
        using var source = new PlaneSource(input, _reading);
        IntensityRange range = source.Range(plane.C, plan.Training.PercentileLow, plan.Training.PercentileHigh, context.Stop);
        int scale = generator.Scale;
        PlanePart part = PlanePart.Middle(input.Height, input.Width, PlaneScorer.MostSide / scale), shown = part.Enlarged(scale);
        float[] low = new float[part.Rows * part.Columns];
        source.Read(plane, part.Row, part.Column, part.Rows, part.Columns, low);
        TileSizes tiles = generator.ChooseTiles(part.Rows, part.Columns, plan.Inference with { Halo = null }, generator.ReceptiveField, MemoryBudget.ForTiles());
        float[][] outputs = [.. enhancers.Select(enhancer =>
        {
            float[] output = new float[shown.Rows * shown.Columns];
            enhancer.Enhance(part.Rows, part.Columns, tiles, range,
                (row, column, rows, columns, destination) => source.Read(plane, part.Row + row, part.Column + column, rows, columns, destination),
                (block, values) => block.CopyTo(values, output, part.Columns, scale), context.Stop);
            return output;
        })];
        double? disagreement = outputs.Length > 1 && MeanAndDeviation.Of(outputs) is [var mean, var deviation] ? MeanAndDeviation.Share(mean, deviation) : null;
        var pixels = new PlanePixels { Height = part.Rows, Width = part.Columns, Input = low, Output = outputs[0] };
        return PlaneScorer.Consistency(pixels, scale, disagreement);
    }
}
