using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Storage.Hdf5;

namespace SrBatch.Worker.Runs;

/// <summary>Makes the batches of the steps. Planes stay decoded in memory when all of them fit, else each patch is read from its file.</summary>
internal sealed class PatchReader : IDisposable
{
    /// <summary>Files kept open at once; below every system's limit.</summary>
    private const int MostOpen = 128;

    private readonly IReadOnlyList<TrainingPlane> _planes;
    private readonly int _scale;
    private readonly Dictionary<(string Image, bool IsTarget), PlaneSource> _open = [];
    private readonly float[]?[] _inputs, _targets;
    private readonly bool _fits;
    private readonly Hdf5ReadOptions _reading;

    /// <param name="planes">What to cut patches from.</param>
    /// <param name="scale">Target pixels per input pixel.</param>
    /// <param name="budgetBytes">Memory for decoded planes.</param>
    /// <param name="reading">How images are opened.</param>
    public PatchReader(IReadOnlyList<TrainingPlane> planes, int scale, long budgetBytes, Hdf5ReadOptions reading)
    {
        _reading = reading;
        _planes = planes;
        _scale = scale;
        _inputs = new float[]?[planes.Count];
        _targets = new float[]?[planes.Count];
        long bytes = planes.Sum(plane => sizeof(float) * ((plane.Image.Input!.Height * plane.Image.Input.Width) + (plane.Image.Target!.Height * plane.Image.Target.Width)));
        _fits = bytes <= budgetBytes;
    }

    /// <param name="draws">The step's patches.</param>
    /// <param name="side">Side of an input patch, pixels.</param>
    public PatchBatch Read(IReadOnlyList<PatchDraw> draws, int side) => _reading.Retry.Run(() =>
    {
        try
        {
            return ReadOnce(draws, side);
        }
        catch
        {
            Dispose(); // what is open of a file stays stale, so the next attempt opens it again
            throw;
        }
    });

    private PatchBatch ReadOnce(IReadOnlyList<PatchDraw> draws, int side)
    {
        int targetSide = side * _scale;
        var batch = new PatchBatch(draws.Count, side, targetSide, new float[draws.Count * side * side], new float[draws.Count * targetSide * targetSide]);
        float[] patch = new float[targetSide * targetSide];
        for (int i = 0; i < draws.Count; i++)
        {
            PatchDraw draw = draws[i];
            TrainingPlane plane = _planes[draw.Plane];
            Span<float> input = patch.AsSpan(0, side * side), target = patch;
            Cut(draw.Plane, isTarget: false, draw.Row, draw.Column, side, input);
            plane.InputRange.Normalise(input, input);
            SquarePatch.Orient(input, batch.Inputs.AsSpan(i * input.Length, input.Length), side, draw.Orientation);
            Cut(draw.Plane, isTarget: true, draw.Row * _scale, draw.Column * _scale, targetSide, target);
            plane.TargetRange.Normalise(target, target);
            SquarePatch.Orient(target, batch.Targets.AsSpan(i * target.Length, target.Length), targetSide, draw.Orientation);
        }
        return batch;
    }

    public void Dispose()
    {
        foreach (PlaneSource source in _open.Values)
        {
            source.Dispose();
        }
        _open.Clear();
    }

    private void Cut(int index, bool isTarget, long row, long column, int side, Span<float> destination)
    {
        TrainingPlane plane = _planes[index];
        PlannedDataset dataset = isTarget ? plane.Image.Target! : plane.Image.Input!;
        PlaneIndex at = isTarget ? plane.Target : plane.Input;
        if (!_fits)
        {
            Open(plane.Image.Id, isTarget, dataset).Read(at, row, column, side, side, destination);
            return;
        }
        ref float[]? values = ref (isTarget ? _targets : _inputs)[index];
        if (values is null)
        {
            using var source = new PlaneSource(dataset, _reading);
            values = source.ReadPlane(at);
        }
        for (int y = 0; y < side; y++)
        {
            values.AsSpan(checked((int)(((row + y) * dataset.Width) + column)), side).CopyTo(destination[(y * side)..]);
        }
    }

    private PlaneSource Open(string image, bool isTarget, PlannedDataset dataset)
    {
        if (!_open.TryGetValue((image, isTarget), out PlaneSource? source))
        {
            if (_open.Count >= MostOpen)
            {
                Dispose();
            }
            _open[(image, isTarget)] = source = new PlaneSource(dataset, _reading);
        }
        return source;
    }
}
