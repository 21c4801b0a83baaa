using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Training;

/// <summary>Scores a generator on the validation split, on at most <see cref="MostPlanes"/> planes spread evenly over it, shared among the ranks of a training.</summary>
internal sealed class Validator
{
    private const int MostPlanes = 32;

    /// <summary>Planes shown to people, and the longest side of the part shown, target pixels: a picture of each validation is kept.</summary>
    private const int Shown = 3, ShownSide = 256;
    private readonly Plan _plan;
    private readonly ICollective _ranks;
    private readonly RunContext _context;
    private IReadOnlyList<(PlannedImage Image, PlaneIndex Input, PlaneIndex Target)> _planes;
    private readonly Dictionary<(string Image, long Channel), IntensityRange> _ranges = [];

    public Validator(Plan plan, ICollective ranks, RunContext context)
    {
        _plan = plan;
        _ranks = ranks;
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

    /// <summary>All ranks call it together.</summary>
    /// <returns>The scores, the same on all ranks, and on rank 0 the samples; null when a signal came to any of them before all planes were scored.</returns>
    public ValidationScores? Score(TrainedGenerator generator)
    {
        var enhancer = new TiledEnhancer(generator.Run, generator.Scale, batch: 1);
        var scored = new PlaneScores?[_planes.Count];
        var samples = new List<ValidationSample>();
        Hdf5ReadOptions reading = _context.Reading(_plan.LinkedFolders);
        bool isStopped = false;
        for (int i = 0; i < _planes.Count && !isStopped; i++)
        {
            if (RankOf(i) != _ranks.Rank)
            {
                continue;
            }
            var plane = _planes[i];
            try
            {
                (scored[i], ValidationSample? sample) = reading.Retry.Run(
                    () => ScorePlane(enhancer, generator, plane.Image, plane.Input, plane.Target, isShown: i < Shown, reading), _context.Stop);
                if (sample is not null)
                {
                    samples.Add(sample);
                }
            }
            catch (OperationCanceledException) when (_context.Stop.IsCancellationRequested)
            {
                isStopped = true;
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(_context.Log, plane.Image.Id, fault.Message);
            }
        }
        if (_ranks.Any(isStopped))
        {
            return null;
        }
        Exchange(scored);
        (string Group, PlaneScores Plane)[] scores = [.. _planes.Zip(scored).Where(pair => pair.Second is not null).Select(pair => (pair.First.Image.Group, pair.Second!))];
        _planes = [.. _planes.Zip(scored).Where(pair => pair.Second is not null).Select(pair => pair.First)];
        return new ValidationScores(scores.Average(score => score.Plane.PsnrDb), scores.Average(score => score.Plane.Ssim),
        [
            .. scores.GroupBy(score => score.Group).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new GroupScores(group.Key, group.Count(), group.Average(score => score.Plane.PsnrDb), group.Average(score => score.Plane.Ssim))),
        ], samples);
    }

    /// <summary>Rank 0, which writes them, has the planes that are shown.</summary>
    private int RankOf(int plane) => plane < Shown ? 0 : (plane - Shown) % _ranks.Size;

    /// <summary>Gives each rank the scores of all.</summary>
    private void Exchange(PlaneScores?[] scored)
    {
        const int Each = 5;
        double[] sums = new double[Each * scored.Length];
        for (int i = 0; i < scored.Length; i++)
        {
            if (scored[i] is { } own)
            {
                ((ReadOnlySpan<double>)[1, own.PsnrDb is null ? 0 : 1, own.PsnrDb ?? 0, own.Ssim is null ? 0 : 1, own.Ssim ?? 0]).CopyTo(sums.AsSpan(Each * i));
            }
        }
        _ranks.Sum(sums);
        for (int i = 0; i < scored.Length; i++)
        {
            ReadOnlySpan<double> all = sums.AsSpan(Each * i, Each);
            scored[i] = all[0] == 0 ? null : new PlaneScores { PsnrDb = all[1] == 0 ? null : all[2], Ssim = all[3] == 0 ? null : all[4] };
        }
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
