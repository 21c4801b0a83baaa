using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Scoring;

/// <summary>
/// Scores the planes of one image, one after another. Input and target are opened once and stay open, so that planes which share a chunk
/// unpack it once; memory does not grow with the number of planes.
/// </summary>
internal sealed class ImageScorer : IDisposable
{
    private readonly PlannedDataset _input;
    private readonly PlaneScorer _scorer;
    private readonly PlaneTrust? _trust;
    private readonly KeptSource _inputs;
    private readonly KeptSource? _targets;
    private readonly IntensityMaps? _maps;
    private readonly PlanePart? _part;
    private readonly string[] _reasons = [];

    /// <param name="image">Its planes are scored.</param>
    /// <param name="scorer">Computes the scores.</param>
    /// <param name="trust">Judges the inputs; null: they are not judged.</param>
    /// <param name="reading">How input and target are opened.</param>
    public ImageScorer(PlannedImage image, PlaneScorer scorer, PlaneTrust? trust, Hdf5ReadOptions reading)
    {
        _input = image.Input!;
        (_scorer, _trust) = (scorer, trust);
        _inputs = new KeptSource(_input, reading);
        _maps = trust is null ? null : new IntensityMaps(trust.Intensities, _inputs);
        long height = _input.Height * scorer.Scale, width = _input.Width * scorer.Scale;
        if (image.Target is not null && scorer.Compares)
        {
            if (height * width <= PlaneMetrics.MostPixels)
            {
                _targets = new KeptSource(image.Target, reading);
            }
            else
            {
                _reasons = [$"not compared with the target: {height} x {width} pixels; planes above {PlaneMetrics.MostPixels} are not"];
            }
        }
        _part = scorer.Part(_input, _targets is not null);
    }

    /// <summary>The part of each output plane that is needed, output pixels; null: none.</summary>
    public PlanePart? Shown => _part?.Enlarged(_scorer.Scale);

    /// <returns>A plane's place as rows have it: null along an axis that the input does not have.</returns>
    public (int? T, int? C, int? Z) KeyOf(PlaneIndex plane) => (IndexOf('t', plane.T), IndexOf('c', plane.C), IndexOf('z', plane.Z));

    /// <param name="blank">The plane's row with all that does not depend on its place and pixels; its reasons and verdict are kept.</param>
    /// <param name="plane">The enhanced plane.</param>
    /// <param name="reasons">Further reasons against a verdict of pass.</param>
    /// <exception cref="Core.Errors.SrBatchException">Exit code 65: input or target cannot be read.</exception>
    public QualityRow Score(QualityRow blank, OutputPlane plane, IReadOnlyCollection<string>? reasons = null) =>
        Read(blank, plane, reasons)();

    /// <summary>Reads what the plane's scores need.</summary>
    /// <inheritdoc cref="Score"/>
    /// <returns>Computes the row from what was read; may be called on any thread.</returns>
    public Func<QualityRow> Read(QualityRow blank, OutputPlane plane, IReadOnlyCollection<string>? reasons = null)
    {
        PlaneIndex index = plane.Planes.Input;
        (int? t, int? c, int? z) = KeyOf(index);
        QualityRow row = blank with
        {
            T = t,
            C = c,
            Z = z,
            Width = checked((int)(_input.Width * _scorer.Scale)),
            Height = checked((int)(_input.Height * _scorer.Scale)),
        };
        row = (_trust?.Judge(row, _inputs, index, () => plane.Map ?? _maps!.Of(index)) ?? row).Warned([.. _reasons, .. reasons ?? []]);
        row = VerdictRule.NeverWritten(row, "input", _inputs.Use(source => source.NeverWritten(index)), _input.Height * _input.Width);
        if (_targets is not null && plane.Planes.Target is { } compared)
        {
            PlannedDataset target = _targets.Dataset;
            long missing = _targets.Use(source => source.NeverWritten(compared));
            row = VerdictRule.NeverWritten(row, "target", missing, target.Height * target.Width);
        }
        if (_part is not { } part)
        {
            return () => row;
        }
        float[] low = _inputs.Use(source =>
        {
            float[] values = new float[part.Rows * part.Columns];
            source.Read(index, part.Row, part.Column, part.Rows, part.Columns, values);
            return values;
        });
        var pixels = new PlanePixels
        {
            InputType = _inputs.Use(source => source.SourceType),
            TargetType = _targets?.Use(source => source.SourceType) ?? ElementType.Float32,
            Height = part.Rows,
            Width = part.Columns,
            Input = low,
            Output = plane.Pixels,
            Target = plane.Planes.Target is { } truth ? _targets?.Use(source => source.ReadPlane(truth)) : null,
            Deviation = plane.Deviation,
        };
        return () => _scorer.Score(row, pixels);
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _targets?.Dispose();
    }

    private int? IndexOf(char axis, long index) => _input.Has(axis) ? checked((int)index) : null;
}
