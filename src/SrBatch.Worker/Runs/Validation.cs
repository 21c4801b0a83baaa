using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;
using SrBatch.Worker.Logging;

namespace SrBatch.Worker.Runs;

/// <summary>Scores a generator on the validation split, on at most <see cref="MostPlanes"/> planes spread evenly over it.</summary>
internal sealed class Validation
{
    private const int MostPlanes = 32;

    /// <summary>Planes shown to people, and the longest side of the part shown, target pixels: a picture of each validation is kept.</summary>
    private const int Shown = 3, ShownSide = 256;
    private readonly Plan _plan;
    private readonly RunContext _context;
    private readonly List<(PlannedImage Image, PlaneIndex Input, PlaneIndex Target)> _planes;
    private readonly Dictionary<(string Image, long Channel), IntensityRange> _ranges = [];

    public Validation(Plan plan, RunContext context)
    {
        _plan = plan;
        _context = context;
        (PlannedImage Image, PlaneIndex Input, PlaneIndex Target)[] all =
        [
            .. plan.Images.Where(image => image.Split == Split.Validation && image.Problem is null && image.Cost / image.Input!.PlaneCount <= PlaneMetrics.MostPixels)
                .SelectMany(image => image.Input!.Planes().Zip(image.Target!.Planes()).Select(pair => (image, pair.First, pair.Second))),
        ];
        int count = Math.Min(MostPlanes, all.Length);
        _planes = [.. Enumerable.Range(0, count).Select(i => all[i * all.Length / count])];
        foreach (PlannedImage image in plan.Images.Where(image => image.Split == Split.Validation && image.Problem is not null))
        {
            Log.ImageFailed(context.Log, image.Id, image.Problem!);
        }
    }

    public int PlaneCount => _planes.Count;

    /// <returns>Null when a signal came before all planes were scored.</returns>
    public ValidationScores? Score(TrainedGenerator generator)
    {
        var enhancer = new TiledEnhancer(generator.Run, generator.Scale, batch: 1);
        var scores = new List<(string Group, PlaneScores Plane)>();
        var samples = new List<ValidationSample>();
        Hdf5ReadOptions reading = _context.Reading(_plan.LinkedFolders);
        foreach (var plane in _planes.ToArray())
        {
            try
            {
                (PlaneScores score, ValidationSample? sample) = reading.Retry.Run(
                    () => ScorePlane(enhancer, generator, plane.Image, plane.Input, plane.Target, isShown: samples.Count < Shown, reading), _context.Stop);
                scores.Add((plane.Image.Group, score));
                if (sample is not null)
                {
                    samples.Add(sample);
                }
            }
            catch (OperationCanceledException) when (_context.Stop.IsCancellationRequested)
            {
                return null;
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(_context.Log, plane.Image.Id, fault.Message);
                _planes.Remove(plane);
            }
        }
        return new ValidationScores(scores.Average(score => score.Plane.PsnrDb), scores.Average(score => score.Plane.Ssim),
        [
            .. scores.GroupBy(score => score.Group).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new GroupScores(group.Key, group.Count(), group.Average(score => score.Plane.PsnrDb), group.Average(score => score.Plane.Ssim))),
        ], samples);
    }

    private (PlaneScores Scores, ValidationSample? Sample) ScorePlane(
        TiledEnhancer enhancer, TrainedGenerator generator, PlannedImage image, PlaneIndex inputPlane, PlaneIndex targetPlane, bool isShown, Hdf5ReadOptions reading)
    {
        using var input = new PlaneSource(image.Input!, reading);
        using var target = new PlaneSource(image.Target!, reading);
        if (!_ranges.TryGetValue((image.Id, inputPlane.C), out IntensityRange range))
        {
            range = input.Range(inputPlane.C, _plan.Training.PercentileLow, _plan.Training.PercentileHigh, _context.Stop);
            _ranges[(image.Id, inputPlane.C)] = range;
        }
        int scale = generator.Scale, height = checked((int)image.Input!.Height), width = checked((int)image.Input.Width);
        float[] output = new float[height * width * scale * scale];
        TileSizes tiles = generator.ChooseTiles(height, width, _plan.Inference with { Halo = null }, generator.ReceptiveField, MemoryBudget.ForTiles());
        enhancer.Enhance(height, width, tiles, range,
            (row, column, rows, columns, destination) => input.Read(inputPlane, row, column, rows, columns, destination),
            (block, values) => block.CopyTo(values, output, width, scale),
            _context.Stop);
        float[] truth = target.ReadPlane(targetPlane);
        PlaneScores scores = PlaneMetrics.Score(output, truth, height * scale, width * scale);
        return (scores, isShown ? Sample(image, inputPlane, input, output, truth, scale) : null);
    }

    /// <summary>The middle of a plane.</summary>
    private ValidationSample Sample(PlannedImage image, PlaneIndex plane, PlaneSource input, float[] output, float[] target, int scale)
    {
        PlannedDataset dataset = image.Input!;
        int height = (int)Math.Min(dataset.Height, ShownSide / scale), width = (int)Math.Min(dataset.Width, ShownSide / scale);
        long top = (dataset.Height - height) / 2, left = (dataset.Width - width) / 2;
        float[] inputPart = new float[height * width];
        input.Read(plane, top, left, height, width, inputPart);
        string indices = string.Concat(new[] { ('t', plane.T), ('c', plane.C), ('z', plane.Z) }.Where(axis => dataset.Has(axis.Item1)).Select(axis => $"-{axis.Item1}{axis.Item2}"));
        return ValidationSample.Of(image.Id + indices, inputPart, Part(output), Part(target), width * scale, scale, _plan.Training.PercentileLow, _plan.Training.PercentileHigh);

        float[] Part(float[] values)
        {
            float[] part = new float[height * width * scale * scale];
            for (int y = 0; y < height * scale; y++)
            {
                values.AsSpan((int)((((top * scale) + y) * dataset.Width * scale) + (left * scale)), width * scale).CopyTo(part.AsSpan(y * width * scale));
            }
            return part;
        }
    }
}
