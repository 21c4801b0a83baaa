using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>
/// Makes the batches of the steps. Patches of planes that are not in memory are read from their files: those of many steps together, in the
/// order in which they lie there, by all threads, so that a file is opened and a chunk unpacked once for all its patches. What a step sees
/// depends on the step alone.
/// </summary>
/// <param name="planes">Patches are cut from these.</param>
/// <param name="scale">Target pixels per input pixel along each axis.</param>
/// <param name="side">Side of an input patch, pixels.</param>
/// <param name="threads">Most threads that read at the same time.</param>
/// <param name="reading">How images are opened.</param>
internal sealed class PatchReader(IReadOnlyList<TrainingPlane> planes, int scale, int side, int threads, Hdf5ReadOptions reading)
{
    /// <summary>
    /// Parts of the work for each thread: few, since each opens its first file anew, but enough that no thread waits long for the others.
    /// </summary>
    private const int PartsPerThread = 4;

    private const int MostSteps = 1024;

    private readonly bool _isInMemory = planes.All(plane => plane.Pixels is not null);

    /// <summary>Number of steps to read together: as many as memory holds, but few if all planes are in memory.</summary>
    /// <param name="batch">Patches of a step.</param>
    /// <param name="budgetBytes">Memory for their pixels.</param>
    public int StepsTogether(int batch, long budgetBytes) => _isInMemory
        ? 2
        : (int)Math.Clamp(budgetBytes / (sizeof(float) * batch * (1L + (scale * scale)) * side * side), 1, MostSteps);

    /// <returns>The batches of the steps, in their order.</returns>
    public IReadOnlyList<PatchBatch> Read(IReadOnlyList<IReadOnlyList<PatchDraw>> steps, CancellationToken stop)
    {
        int inputPixels = side * side, targetPixels = inputPixels * scale * scale;
        PatchBatch[] batches =
        [
            .. steps.Select(draws => new PatchBatch(
                draws.Count, side, side * scale, new float[draws.Count * inputPixels], new float[draws.Count * targetPixels])),
        ];
        var masks = new PatchMasks(batches, scale);
        (int Step, int Patch)[] places =
        [
            .. steps.SelectMany((draws, step) => Enumerable.Range(0, draws.Count).Select(patch => (step, patch)))
                .OrderBy(place => At(place).Plane).ThenBy(place => At(place).Row),
        ];
        int parts = _isInMemory ? 1 : Math.Min(places.Length, PartsPerThread * threads);
        InParallel.For(parts, threads, part => reading.Retry.Run(() => ReadPart(First(part), First(part + 1)), stop), stop);
        return masks.Apply();

        int First(int part) => (int)((long)part * places.Length / parts);

        PatchDraw At((int Step, int Patch) place) => steps[place.Step][place.Patch];

        int ReadPart(int from, int to)
        {
            using var open = new OpenPair(reading);
            float[] input = new float[inputPixels], target = new float[targetPixels];
            foreach ((int Step, int Patch) place in places[from..to])
            {
                stop.ThrowIfCancellationRequested();
                PatchDraw draw = At(place);
                TrainingPlane plane = planes[draw.Plane];
                Cut(plane, isTarget: false, draw.Row, draw.Column, side, open, input);
                Cut(plane, isTarget: true, draw.Row * scale, draw.Column * scale, side * scale, open, target);
                masks.Add(place.Step, place.Patch, draw.Orientation, input, target);
                plane.InputRange.Normalise(input, input);
                plane.TargetRange.Normalise(target, target);
                Span<float> inputs = batches[place.Step].Inputs.AsSpan(place.Patch * inputPixels, inputPixels);
                Span<float> targets = batches[place.Step].Targets.AsSpan(place.Patch * targetPixels, targetPixels);
                SquarePatch.Orient(input, inputs, side, draw.Orientation);
                SquarePatch.Orient(target, targets, side * scale, draw.Orientation);
            }
            return to - from;
        }
    }

    private static void Cut(TrainingPlane plane, bool isTarget, long row, long column, int length, OpenPair open, Span<float> destination)
    {
        if (plane.Pixels is var (input, target))
        {
            (isTarget ? target : input).Cut(row, column, length, length, destination);
            return;
        }
        open.Of(plane.Image, isTarget).Read(isTarget ? plane.Target : plane.Input, row, column, length, length, destination);
    }
}
