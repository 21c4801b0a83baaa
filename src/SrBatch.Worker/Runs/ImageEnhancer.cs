using System.Diagnostics;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;
using SrBatch.Torch.Native;

namespace SrBatch.Worker.Runs;

/// <summary>One image: read -> normalise -> network -> stitch -> write, plane by plane and row of tiles by row of tiles; scores where there is a target.</summary>
internal sealed class ImageEnhancer
{
    private readonly ModelFile _model;
    private readonly TileSizes _tiles;
    private readonly TiledEnhancer _enhancer;
    private readonly Func<PlannedImage, QualityRow> _blankRow;
    private readonly Hdf5ReadOptions _reading;

    /// <param name="model">What to run.</param>
    /// <param name="options">How to cut.</param>
    /// <param name="blankRow">An image's row with all that does not depend on the plane.</param>
    /// <param name="reading">How images are opened.</param>
    public ImageEnhancer(ModelFile model, InferenceOptions options, Func<PlannedImage, QualityRow> blankRow, Hdf5ReadOptions reading)
    {
        _reading = reading;
        _model = model;
        _blankRow = blankRow;
        _tiles = model.Generator.ChooseTiles(options, MemoryBudget.ForTiles);
        _enhancer = new TiledEnhancer(options.Orientations == 1 ? model.Generator.Run : model.Generator.RunInAllOrientations, model.Generator.Scale, _tiles, options.Batch ?? 1);
    }

    /// <summary>Writes <paramref name="path"/>, whole or not at all.</summary>
    /// <returns>One row a plane.</returns>
    /// <exception cref="OperationCanceledException">A signal came; nothing is left behind.</exception>
    public IReadOnlyList<QualityRow> Enhance(PlannedImage image, string path, CancellationToken stop) =>
        // From the beginning, with all files opened again: what is open of a file stays stale.
        _reading.Retry.Run(() => EnhanceOnce(image, path, stop), stop);

    private List<QualityRow> EnhanceOnce(PlannedImage image, string path, CancellationToken stop)
    {
        int scale = _model.Generator.Scale;
        using var input = new PlaneSource(image.Input!, _reading);
        using PlaneSource? target = image.Target is null ? null : new PlaneSource(image.Target, _reading);
        using StagedFile staged = AtomicFile.Stage(path);
        var rows = new List<QualityRow>();
        using (PlaneWriter output = PlaneWriter.Create(staged.Path, OutputFile.Dataset, input.Dataset.Axes, input.Dataset.OutputShape(scale), WriterOptions(image, scale)))
        {
            IntensityRange range = default;
            long channel = -1;
            IEnumerable<(PlaneIndex Input, PlaneIndex? Target)> planes = image.Target is null
                ? image.Input!.Planes().Select(plane => (plane, (PlaneIndex?)null))
                : image.Input!.Planes().Zip(image.Target.Planes(), (plane, truth) => (plane, (PlaneIndex?)truth));
            // By channel: the range is one for all times and depths of a channel.
            foreach ((PlaneIndex plane, PlaneIndex? truth) in planes.OrderBy(pair => pair.Input.C))
            {
                if (plane.C != channel)
                {
                    channel = plane.C;
                    range = input.Range(channel, _model.Card.PercentileLow, _model.Card.PercentileHigh, stop);
                }
                rows.Add(EnhancePlane(image, input, plane, range, output, target, truth, stop));
            }
            OutputFile.Describe(output.Attributes, image, _model, rows);
            output.Close();
        }
        staged.Commit();
        return rows;
    }

    private QualityRow EnhancePlane(
        PlannedImage image, PlaneSource input, PlaneIndex plane, IntensityRange range, PlaneWriter output, PlaneSource? target, PlaneIndex? truth, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        int scale = _model.Generator.Scale, width = checked((int)input.Dataset.Width), height = checked((int)input.Dataset.Height);
        PlaneIndex place = input.Dataset.WithinSelection(plane);
        bool isTooLarge = (long)height * width * scale * scale > PlaneMetrics.MostPixels;
        float[]? whole = target is null || isTooLarge ? null : new float[height * width * scale * scale];
        int tiles = _enhancer.Enhance(height, width, range,
            (row, rows, destination) => input.ReadRows(plane, row, rows, destination),
            (row, rows, values) =>
            {
                output.Write(place, row, 0, rows, width * scale, values);
                if (whole is not null)
                {
                    values.CopyTo(whole.AsSpan((int)row * width * scale));
                }
            },
            stop);

        PlaneScores? scores = null, inputScores = null;
        if (whole is not null)
        {
            float[] expected = target!.ReadPlane(truth!.Value);
            scores = PlaneMetrics.Score(whole, expected, height * scale, width * scale);
            inputScores = PlaneMetrics.Score(TrainedGenerator.Upsample(input.ReadPlane(plane), height, width, scale), expected, height * scale, width * scale);
        }
        return (_blankRow(image) with
        {
            T = IndexOf(input.Dataset, 't', plane.T),
            C = IndexOf(input.Dataset, 'c', plane.C),
            Z = IndexOf(input.Dataset, 'z', plane.Z),
            Width = width * scale,
            Height = height * scale,
            Tiles = tiles,
            Halo = _tiles.Halo,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            Verdict = target is not null && isTooLarge ? Verdict.Warn : Verdict.Pass,
            Reasons = target is not null && isTooLarge ? $"not scored: {height * (long)scale} x {width * (long)scale} pixels; planes above {PlaneMetrics.MostPixels} are not" : null,
        }).WithScores(scores, inputScores);
    }

    private static int? IndexOf(PlannedDataset dataset, char axis, long index) => dataset.Has(axis) ? checked((int)index) : null;

    private static PlaneWriterOptions WriterOptions(PlannedImage image, int scale) => new()
    {
        ElementSizeUm = image.Input!.ElementSizeUm?.Enlarged(scale),
        Threads = TorchRuntime.Threads,
    };
}
