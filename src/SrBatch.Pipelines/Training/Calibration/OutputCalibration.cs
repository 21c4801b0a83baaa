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

namespace SrBatch.Pipelines.Training.Calibration;

/// <summary>
/// Measures how well a model's outputs explain their inputs, so that infer can tell which do worse: on the validation split, or without one
/// on the training images.
/// </summary>
/// <param name="plan">What the model was trained on.</param>
/// <param name="memory">Memory for windows.</param>
internal sealed class OutputCalibration(Plan plan, MemoryBudget memory, RunContext context)
{
    /// <summary>Planes to enhance, spread evenly over the split: about as many as in a validation.</summary>
    private const int MostPlanes = 32;

    /// <summary>How many of these are enhanced in all orientations, which is eight times the work.</summary>
    private const int MostTurned = 8;

    private readonly Hdf5ReadOptions _reading = context.Reading(plan.LinkedFolders);

    /// <returns>Null if no plane could be enhanced, or all are too small.</returns>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public OutputConsistency? Measure(TrainedGenerator generator)
    {
        TiledEnhancer[] enhancers =
        [
            .. Enumerable.Range(0, TrainedGenerator.Orientations)
                .Select(orientation => new TiledEnhancer(generator.InOrientation(orientation), generator.Scale, batch: 1)),
        ];
        PlannedImage[] usable = [.. plan.Images.Where(image => image.Problem is null)];
        PlannedImage[] heldOut = [.. usable.Where(image => image.Split == Split.Validation)];
        IEnumerable<PlannedImage> images = heldOut.Length > 0 ? heldOut : usable.Where(image => image.Split == Split.Train);
        (PlannedImage Image, PlaneIndex Plane)[] all =
        [
            .. images.SelectMany(image => image.Input!.Planes().Select(plane => (image, plane))),
        ];
        (PlannedImage Image, PlaneIndex Plane)[] chosen = EvenSpread.Of(all, MostPlanes);
        int count = chosen.Length;
        var measured = new List<(string Image, PlaneConsistency Plane)>();
        for (int i = 0; i < count; i++)
        {
            (PlannedImage image, PlaneIndex plane) = chosen[i];
            bool isTurned = i * MostTurned / count < (i + 1) * MostTurned / count;
            TiledEnhancer[] used = isTurned ? enhancers : enhancers[..1];
            try
            {
                if (_reading.Retry.Run(() => Measure(used, generator, image.Input!, plane), context.Stop) is { } one)
                {
                    measured.Add((image.Id, one));
                }
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                // Validation, or the search for training planes, has reported it.
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
        InferenceOptions inference = plan.Inference with { Halo = null };
        TileSizes tiles = generator.ChooseTiles(part.Rows, part.Columns, inference, generator.ReceptiveField, memory.ForTiles());
        float[][] outputs = [.. enhancers.Select(Enhance)];
        return Score(low, outputs, part, scale);

        float[] Enhance(TiledEnhancer enhancer)
        {
            float[] output = new float[shown.Rows * shown.Columns];
            enhancer.Enhance(
                part.Rows, part.Columns, tiles, range,
                (row, column, rows, columns, destination) =>
                    source.Read(plane, part.Row + row, part.Column + column, rows, columns, destination),
                (block, values) => block.CopyTo(values, output, part.Columns, scale), context.Stop);
            return output;
        }
    }

    private static PlaneConsistency? Score(float[] low, float[][] outputs, PlanePart part, int scale)
    {
        double? disagreement = outputs.Length > 1 && MeanAndDeviation.Of(outputs) is [var mean, var deviation]
            ? MeanAndDeviation.Share(mean, deviation)
            : null;
        var pixels = new PlanePixels { Height = part.Rows, Width = part.Columns, Input = low, Output = outputs[0] };
        return PlaneScorer.Consistency(pixels, scale, disagreement);
    }
}
