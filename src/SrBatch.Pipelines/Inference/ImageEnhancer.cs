using System.Globalization;
using Microsoft.Extensions.Logging;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Pipelines.Inference;

/// <summary>Enhances images with one model, or with several: read -> normalise -> network -> stitch -> pack -> write, the stages side by side.</summary>
internal sealed class ImageEnhancer
{
    private readonly ModelSet _models;
    private readonly InferenceOptions _options;
    private readonly QualityOptions _quality;
    private readonly int _halo;
    private readonly string _precision;
    private readonly long _tileBudget;
    private readonly TiledEnhancer[] _enhancers;
    private readonly ILogger _log;

    /// <summary>Most windows that a GPU gets at once unless the manifest says: more do not make it faster.</summary>
    private const int GpuBatch = 16;

    /// <param name="models">What to run.</param>
    /// <param name="options">How to cut, and what to write.</param>
    /// <param name="quality">What to score, and how far from the training a plane may be.</param>
    /// <param name="halo">Input pixels.</param>
    /// <param name="precision">In which the models run.</param>
    /// <param name="tileBudget">Bytes that the network may use for the windows of a call.</param>
    /// <param name="log">Told when that was too much.</param>
    public ImageEnhancer(ModelSet models, InferenceOptions options, QualityOptions quality, int halo, string precision, long tileBudget, ILogger log)
    {
        _log = log;
        _models = models;
        _options = options;
        _quality = quality;
        _halo = halo;
        _precision = precision;
        _tileBudget = tileBudget;
        _enhancers =
        [
            .. models.Models.SelectMany(model => Enumerable.Range(0, options.Orientations).Select(model.Generator.InOrientation), (model, run) => new TiledEnhancer(
                run, models.Scale, options.Batch ?? (model.Generator.IsOnGpu ? GpuBatch : 1), model.Generator.IsOnGpu ? tileBudget / model.Generator.BytesPerPixel : long.MaxValue)),
        ];
    }

    /// <summary>Counts megapixels of output.</summary>
    public required WorkProgress Progress { get; init; }

    /// <summary>What the stages spent.</summary>
    public StageTimes Times { get; } = new();

    /// <summary>Enhances images one after the other, each whole or not at all; what a signal interrupts is gone on with by the next attempt.</summary>
    /// <param name="claims">Take the images in this order.</param>
    /// <param name="images">Those that no other task is at are enhanced.</param>
    /// <param name="path">Final name of an image's output.</param>
    /// <param name="blankRow">An image's row with all that does not depend on the plane.</param>
    /// <param name="reading">How images are opened.</param>
    /// <param name="done">Told of every finished image, with a row a plane.</param>
    /// <param name="fail">Told of every image that failed, and why.</param>
    /// <param name="stop">Set by a signal.</param>
    /// <exception cref="Core.Errors.SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Run(
        ImageClaims claims, IEnumerable<PlannedImage> images, Func<PlannedImage, string> path, Func<PlannedImage, QualityRow> blankRow, Hdf5ReadOptions reading,
        Action<ImageWork, IReadOnlyList<QualityRow>> done, Action<PlannedImage, string> fail, CancellationToken stop) =>
        new InferencePipeline(
            new ImageReading(
                image =>
                {
                    claims.RequireHarmless(image);
                    return Begin(image, path(image));
                },
                _models.Models[0].Intensities,
                reading,
                Times),
            Enhance,
            new ImageWriting(
                _models,
                new PlaneQuality(_quality, _models.Scale, _models.Outputs),
                new PlaneTrust(_models, _quality, reading),
                blankRow,
                reading,
                path,
                (work, rows) =>
                {
                    done(work, rows);
                    claims.Release(work.Image);
                },
                (image, reason) =>
                {
                    fail(image, reason);
                    claims.Release(image);
                },
                Times),
            Times).Run(token => claims.Take(images, token), stop);

    /// <returns>The output; of several models or orientations their mean, and behind it their standard deviation.</returns>
    private float[][] Enhance(BlockItem item, CancellationToken stop)
    {
        PlannedDataset input = item.Work.Image.Input!;
        float[][] outputs = [.. _enhancers.Select(enhancer =>
        {
            long most = enhancer.MostPixels;
            float[] output = enhancer.EnhanceBlock(item.Work.Blocks[item.Block], item.Work.Tiles, item.Pixels, input.Height, input.Width, item.Map.Output, stop);
            if (enhancer.MostPixels < most)
            {
                Log.SmallerWindows(_log, item.Work.Image.Id, enhancer.MostPixels);
            }
            return output;
        })];
        for (int i = 0; i < outputs.Length; i++)
        {
            _models.Models[i / _options.Orientations].Intensities.Postprocess(outputs[i]);
        }
        Progress.Advance(outputs[0].Length / 1e6);
        return outputs is [var one] ? [one] : MeanAndDeviation.Of(outputs);
    }

    private ImageWork Begin(PlannedImage image, string path)
    {
        PlannedDataset input = image.Input!;
        int scale = _models.Scale;
        // The one that needs the most decides for all.
        TrainedGenerator first = _models.Models.Select(model => model.Generator).MaxBy(generator => (generator.Stride, generator.BytesPerPixel))!;
        TileSizes tiles = first.ChooseTiles(input.Height, input.Width, _options, _halo, _tileBudget);
        var output = new PlaneLayout
        {
            Dataset = OutputFile.Dataset,
            Axes = input.Axes,
            Shape = input.OutputShape(scale),
            ElementType = _options.Output == OutputType.Input && input.ElementType is not (ElementType.Float16 or ElementType.Float64) ? input.ElementType : ElementType.Float32,
            ChunkRows = TileSizes.ChunkLength(input.Height, tiles.KeepRows, scale),
            ChunkColumns = TileSizes.ChunkLength(input.Width, tiles.KeepColumns, scale),
        };
        PlaneLayout[] layouts = _enhancers.Length > 1 ? [output, output with { Dataset = OutputFile.Disagreement, ElementType = ElementType.Float32 }] : [output];
        // Half of the threads: the network is at work on all of them.
        ChunkPacker[] packers = [.. layouts.Select(layout => new ChunkPacker(layout, Math.Max(1, TorchRuntime.Threads / 2)))];
        // A package's SHA-256 is that of its weights; what it does before and after them may be mended.
        string intensities = string.Join('\n', _models.Models.Select(model => model.Intensities));
        var work = new ImageWork(image, path, tiles, scale, layouts, packers, string.Create(CultureInfo.InvariantCulture, $"{AppVersion.Text} {_models.Sha256} {_precision} {_options.Orientations}\n{intensities}"));
        Progress.Skip((double)image.Cost * work.Resumed / work.BlockCount / 1e6);
        return work;
    }
}
