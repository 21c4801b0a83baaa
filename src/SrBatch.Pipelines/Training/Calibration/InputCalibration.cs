using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Native;

namespace SrBatch.Pipelines.Training.Calibration;

/// <summary>Measures what the inputs of a training look like, so that its model can tell which images are unlike them.</summary>
/// <param name="plan">What the model was trained on.</param>
internal sealed class InputCalibration(Plan plan, RunContext context)
{
    /// <summary>Planes of each split, spread evenly over it: enough for the limits, and a minute's work at most.</summary>
    private const int MostTraining = 512, MostValidation = 128;

    private readonly Hdf5ReadOptions _reading = context.Reading(plan.LinkedFolders);

    /// <returns>The same for any number of threads; null if there are too few planes.</returns>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public InputDistribution? Measure(IReadOnlyList<TrainingPlane> training, IntensityRule rule)
    {
        TrainingPlane[] trained = EvenSpread.Of(training, MostTraining);
        IEnumerable<PlannedImage> images = plan.Images.Where(image => image.Split == Split.Validation && image.Problem is null);
        (PlannedImage Image, PlaneIndex Plane)[] validation = EvenSpread.Of<(PlannedImage, PlaneIndex)>(
            [.. images.SelectMany(image => image.Input!.Planes().Select(plane => (image, plane)))], MostValidation);
        var known = new KnownPlane?[trained.Length + validation.Length];
        InParallel.For(known.Length, TorchRuntime.Threads, Measure, context.Stop);
        return InputDistribution.Fit([.. known.OfType<KnownPlane>()]);

        void Measure(int i)
        {
            int held = i - trained.Length;
            known[i] = held < 0 ? Of(trained[i]) : Of(validation[held].Image, validation[held].Plane, rule);
        }
    }

    private KnownPlane? Of(TrainingPlane plane)
    {
        var map = IntensityMap.Of(plane.InputRange);
        PlaneSample? sample = plane.Pixels is var (input, _)
            ? PlaneCrops.Measure(plane.Image.Input!, map, input.Cut)
            : _reading.Retry.Run(() =>
            {
                using var source = new PlaneSource(plane.Image.Input!, _reading);
                return Measure(source, plane.Input, map);
            }, context.Stop);
        return Known(plane.Image, plane.Input, isTraining: true, sample);
    }

    /// <returns>Null also for an image that cannot be read; validation has reported it.</returns>
    private KnownPlane? Of(PlannedImage image, PlaneIndex plane, IntensityRule rule)
    {
        try
        {
            using var source = new KeptSource(image.Input!, _reading);
            IntensityMap map = new IntensityMaps(rule, source).Of(plane, context.Stop);
            PlaneSample? sample = source.Use(open => Measure(open, plane, map), context.Stop);
            return Known(image, plane, isTraining: false, sample);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null;
        }
    }

    private static PlaneSample? Measure(PlaneSource source, PlaneIndex plane, IntensityMap map) => PlaneCrops.Measure(
        source.Dataset, map, (row, column, rows, columns, destination) => source.Read(plane, row, column, rows, columns, destination));

    private static KnownPlane? Known(PlannedImage image, PlaneIndex plane, bool isTraining, PlaneSample? sample) => sample is null
        ? null
        : new KnownPlane(image.Group, image.Input!.Has('c') ? plane.C : null, image.Id, isTraining, sample);
}
