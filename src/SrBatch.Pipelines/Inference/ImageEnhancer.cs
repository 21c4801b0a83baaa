using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Pipelines.Inference;

/// <summary>Enhances images with one model, or with several.</summary>
internal sealed class ImageEnhancer
{
    /// <summary>Most windows that a GPU gets at once unless the manifest says otherwise: more do not make it faster.</summary>
    private const int GpuBatch = 16;

    /// <summary>Smaller windows consist of halos and save little memory.</summary>
    private const int MostHalvings = 4;

    private readonly ModelSet _models;
    private readonly EnhancerSettings _settings;
    private readonly InferenceRun _run;
    private readonly InferenceOptions _options;
    private readonly TiledEnhancer[] _enhancers;

    /// <param name="models">What to run.</param>
    /// <param name="settings">How they compute.</param>
    /// <param name="run">Where images come from and go to.</param>
    public ImageEnhancer(ModelSet models, EnhancerSettings settings, InferenceRun run)
    {
        (_models, _settings, _run, _options) = (models, settings, run, run.Plan.Inference);
        _enhancers =
        [
            .. models.Models.SelectMany(
                model => Enumerable.Range(0, _options.Orientations).Select(model.Generator.InOrientation),
                (model, network) => new TiledEnhancer(
                    network,
                    models.Scale,
                    _options.Batch ?? (model.Generator.IsOnGpu ? GpuBatch : 1),
                    model.Generator.IsOnGpu || settings.WindowBudget < settings.TileBudget
                        ? settings.WindowBudget / model.Generator.BytesPerPixel
                        : long.MaxValue)),
        ];
    }

    /// <summary>What the stages spent.</summary>
    public StageTimes Times { get; } = new();

    /// <summary>
    /// Enhances images one after another, each whole or not at all; the next attempt continues an image that a signal interrupts.
    /// </summary>
    /// <param name="images">Those that no other task works on are enhanced.</param>
    /// <param name="stop">Set by a signal.</param>
    /// <exception cref="Core.Errors.SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Run(IEnumerable<PlannedImage> images, CancellationToken stop)
    {
        using var scoring = new ImageScoring(_models, _run, Times);
        var reading = new ImageReading(Begin, _models.Models[0].Intensities, _run.Reading, Times);
        var pipeline = new InferencePipeline(reading, Enhance, new ImageWriting(Times), scoring, Times);
        pipeline.Run(token => _run.Claims.Take(images, token), stop);
    }

    /// <returns>The output; of several models or orientations their mean, and behind it their standard deviation.</returns>
    private float[][] Enhance(BlockItem item, CancellationToken stop)
    {
        ImageWork work = item.Plane.Image;
        PlannedDataset input = work.Image.Input!;
        SpareMemory(work, item);
        float[][] outputs = [.. _enhancers.Select(enhancer =>
        {
            long most = enhancer.MostPixels;
            float[] output = enhancer.EnhanceBlock(
                work.Blocks[item.Block], work.Form.Tiles, item.Pixels, input.Height, input.Width, item.Plane.Map!.Value.Output, stop);
            if (enhancer.MostPixels < most)
            {
                Log.SmallerWindows(_run.Context.Log, work.Image.Id, enhancer.MostPixels);
            }
            return output;
        })];
        for (int i = 0; i < outputs.Length; i++)
        {
            _models.Models[i / _options.Orientations].Intensities.Postprocess(outputs[i]);
        }
        _run.Context.Progress.Advance(outputs[0].Length / 1e6);
        return outputs is [var one] ? [one] : MeanAndDeviation.Of(outputs);
    }

    /// <summary>Halves the windows for each time that an attempt was killed for lack of memory.</summary>
    private void SpareMemory(ImageWork work, BlockItem item)
    {
        int kills = _run.Claims.MemoryKills(work.Image);
        if (kills == 0)
        {
            return;
        }
        TileBlock block = work.Blocks[item.Block];
        long window = block.Rows.WindowLength * block.Columns.Max(column => column.WindowLength);
        for (int i = 0; i < _enhancers.Length; i++)
        {
            long budget = _settings.WindowBudget / _models.Models[i / _options.Orientations].Generator.BytesPerPixel;
            if (_enhancers[i].Limit(Math.Max(1, Math.Min(window, budget) >> Math.Min(kills, MostHalvings))) && i == 0)
            {
                Log.SparingMemory(_run.Context.Log, work.Image.Id, kills, _enhancers[i].MostPixels);
            }
        }
    }

    /// <exception cref="Core.Errors.SrBatchException">
    /// Exit code 65: two attempts crashed while they worked on it, or a folder has the output's name.
    /// </exception>
    private ImageWork Begin(PlannedImage image)
    {
        _run.Claims.RequireHarmless(image);
        AtomicFile.RequireNoFolder(_run.Folder.Image(image.Id));
        PlannedDataset input = image.Input!;
        int scale = _models.Scale;
        // The model that needs the most decides for all.
        TrainedGenerator first = _models.Models.Select(model => model.Generator)
            .MaxBy(generator => (generator.Stride, generator.BytesPerPixel))!;
        TileSizes tiles = first.ChooseTiles(input.Height, input.Width, _options, _settings.Halo, _settings.TileBudget);
        bool keepsType = _options.Output == OutputType.Input && input.ElementType is not (ElementType.Float16 or ElementType.Float64);
        var output = new PlaneLayout
        {
            Dataset = OutputFile.Dataset,
            Axes = input.Axes,
            Shape = input.OutputShape(scale),
            ElementType = keepsType ? input.ElementType : ElementType.Float32,
            ChunkRows = TileSizes.ChunkLength(input.Height, tiles.KeepRows, scale),
            ChunkColumns = TileSizes.ChunkLength(input.Width, tiles.KeepColumns, scale),
        };
        PlaneLayout deviation = output with { Dataset = OutputFile.Disagreement, ElementType = ElementType.Float32 };
        PlaneLayout[] layouts = _enhancers.Length > 1 ? [output, deviation] : [output];
        // Half of the threads: the network works on all of them.
        ChunkPacker[] packers = [.. layouts.Select(layout => new ChunkPacker(layout, Math.Max(1, TorchRuntime.Threads / 2)))];
        var settings = new OutputSettings(
            AppVersion.Text,
            _models.Sha256,
            _settings.Precision,
            _options.Orientations,
            [.. _models.Models.Select(model => model.Intensities)]);
        var work = new ImageWork(
            image,
            _run.Folder.Image(image.Id),
            new OutputForm(scale, tiles, layouts, packers, settings) { Local = _run.Context.Local });
        _run.Context.Progress.Skip((double)image.Cost * work.Resumed / work.BlockCount / 1e6);
        return work;
    }
}
