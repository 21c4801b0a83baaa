using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Models;

/// <summary>Measures a model's halo on images of the plan.</summary>
internal static class HaloSamples
{
    /// <summary>A few suffice, as the bound leaves room for other images.</summary>
    private const int Most = 8;

    /// <summary>Measures on the centre of the first plane of each of the first images that can be read.</summary>
    /// <returns>Null when none of them is large enough.</returns>
    public static MeasuredHalo? Measure(
        TrainedGenerator generator,
        IntensityRule rule,
        IEnumerable<PlannedImage> images,
        Hdf5ReadOptions reading,
        CancellationToken stop)
    {
        int side = HaloMeasurement.Side(generator);
        IEnumerable<PlannedDataset> inputs = images.Select(image => image.Input).OfType<PlannedDataset>();
        return HaloMeasurement.Measure(
            generator, [.. inputs.Select(input => Middle(input, side, rule, reading, stop)).OfType<float[]>().Take(Most)]);
    }

    private static float[]? Middle(PlannedDataset input, int side, IntensityRule rule, Hdf5ReadOptions reading, CancellationToken stop)
    {
        try
        {
            return reading.Retry.Run(() =>
            {
                using var source = new PlaneSource(input, reading);
                PlaneIndex plane = input.Planes().First();
                IntensityMap map = rule.Map(source.Statistics([plane], stop));
                int length = (int)Math.Min(side, Math.Min(input.Height, input.Width));
                float[] values = new float[length * length];
                source.Read(plane, (input.Height - length) / 2, (input.Width - length) / 2, length, length, values);
                map.Normalise(values);
                return values;
            }, stop);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null; // reported when the image itself is enhanced
        }
    }
}
