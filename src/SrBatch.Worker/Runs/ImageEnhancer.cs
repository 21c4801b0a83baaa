using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Worker.Runs;

/// <summary>Enhances images with one model: read -> normalise -> network -> stitch -> pack -> write, the stages side by side.</summary>
internal sealed class ImageEnhancer
{
    private readonly ModelFile _model;
    private readonly InferenceOptions _options;
    private readonly int _halo;
    private readonly string _precision;
    private readonly long _tileBudget;
    private readonly TiledEnhancer _enhancer;

    /// <param name="model">What to run.</param>
    /// <param name="options">How to cut, and what to write.</param>
    /// <param name="halo">Input pixels.</param>
    /// <param name="precision">In which the model runs.</param>
    /// <param name="tileBudget">Bytes that the network may use for a window.</param>
    public ImageEnhancer(ModelFile model, InferenceOptions options, int halo, string precision, long tileBudget)
    {
        _model = model;
        _options = options;
        _halo = halo;
        _precision = precision;
        _tileBudget = tileBudget;
        _enhancer = new TiledEnhancer(options.Orientations == 1 ? model.Generator.Run : model.Generator.RunInAllOrientations, model.Generator.Scale, options.Batch ?? 1);
    }

    /// <summary>What the stages spent.</summary>
    public StageTimes Times { get; } = new();

    /// <summary>Enhances images one after the other, each whole or not at all; what a signal interrupts is gone on with by the next attempt.</summary>
    /// <param name="images">In this order.</param>
    /// <param name="path">Final name of an image's output.</param>
    /// <param name="blankRow">An image's row with all that does not depend on the plane.</param>
    /// <param name="reading">How images are opened.</param>
    /// <param name="done">Told of every finished image, with a row a plane.</param>
    /// <param name="fail">Told of every image that failed, and why.</param>
    /// <param name="stop">Set by a signal.</param>
    /// <exception cref="Core.Errors.SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Run(
        IEnumerable<PlannedImage> images, Func<PlannedImage, string> path, Func<PlannedImage, QualityRow> blankRow, Hdf5ReadOptions reading,
        Action<ImageWork, IReadOnlyList<QualityRow>> done, Action<PlannedImage, string> fail, CancellationToken stop) =>
        new InferencePipeline(
            new ImageReading(image => Begin(image, path(image)), _model.Card.PercentileLow, _model.Card.PercentileHigh, reading, Times),
            Enhance,
            new ImageWriting(_model, blankRow, reading, done, fail, Times),
            Times).Run(images, stop);

    private IReadOnlyList<float[]> Enhance(BlockItem item, CancellationToken stop)
    {
        PlannedDataset input = item.Work.Image.Input!;
        return [_enhancer.EnhanceBlock(item.Work.Blocks[item.Block], item.Pixels, input.Height, input.Width, item.Range, stop)];
    }

    private ImageWork Begin(PlannedImage image, string path)
    {
        PlannedDataset input = image.Input!;
        int scale = _model.Generator.Scale;
        TileSizes tiles = _model.Generator.ChooseTiles(input.Height, input.Width, _options, _halo, _tileBudget);
        PlaneLayout[] layouts =
        [
            new()
            {
                Dataset = OutputFile.Dataset,
                Axes = input.Axes,
                Shape = input.OutputShape(scale),
                ElementType = _options.Output == OutputType.Input && input.ElementType is not (ElementType.Float16 or ElementType.Float64) ? input.ElementType : ElementType.Float32,
                ChunkRows = TileSizes.ChunkLength(input.Height, tiles.KeepRows, scale),
                ChunkColumns = TileSizes.ChunkLength(input.Width, tiles.KeepColumns, scale),
            },
        ];
        // Half of the threads: the network is at work on all of them.
        ChunkPacker[] packers = [.. layouts.Select(layout => new ChunkPacker(layout, Math.Max(1, TorchRuntime.Threads / 2)))];
        return new ImageWork(image, path, tiles, scale, layouts, packers,
            string.Create(CultureInfo.InvariantCulture, $"{AppVersion.Text} {_model.Sha256} {_precision} {_model.Card.PercentileLow} {_model.Card.PercentileHigh} {_options.Orientations}"));
    }
}
