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
using SrBatch.Pipelines.Scoring;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Training.Validation;

/// <summary>
/// Scores a generator on the validation split: on at most <see cref="MostPlanes"/> planes, spread evenly over it. The planes are always the
/// same, so that scores can be compared; the ranks of a training share them.
/// </summary>
internal sealed class Validator
{
    private const int MostPlanes = 32;

    /// <summary>Planes shown to people, and the longest side of the part shown, target pixels: all these pictures are kept.</summary>
    private const int Shown = 3, ShownSide = 256;

    private static readonly QualityOptions Scores = new() { Metrics = ["psnr", "ssim"] };

    private readonly Plan _plan;
    private readonly TrainingHost _host;
    private readonly PlaneScorer _scorer;
    private readonly Hdf5ReadOptions _reading;
    private readonly (PlannedImage Image, PlaneIndex Input, PlaneIndex Target)[] _planes;
    private readonly Dictionary<(string Image, long Channel), IntensityRange> _ranges = [];

    public Validator(Plan plan, TrainingHost host)
    {
        (_plan, _host, _reading) = (plan, host, host.Context.Reading(plan.LinkedFolders));
        _scorer = new PlaneScorer(Scores, plan.Model.Scale) { JudgesByTarget = false };
        PlannedImage[] images = [.. plan.Images.Where(image => image.Split == Split.Validation)];
        (PlannedImage Image, PlaneIndex Input, PlaneIndex Target)[] all =
        [
            .. images.Where(image => image.Problem is null && image.Cost / image.Input!.PlaneCount <= PlaneMetrics.MostPixels)
                .SelectMany(image => image.Input!.Planes().Zip(image.Target!.Planes()).Select(pair => (image, pair.First, pair.Second))),
        ];
        _planes = EvenSpread.Of(all, MostPlanes);
        foreach (PlannedImage image in images.Where(image => image.Problem is not null))
        {
            Log.ImageFailed(host.Context.Log, image.Id, image.Problem!);
        }
    }

    public int PlaneCount => _planes.Length;

    /// <summary>All ranks call it together.</summary>
    /// <returns>The scores, the same on all ranks; null if a signal came to any rank before all planes were scored.</returns>
    public ValidationScores? Score(TrainedGenerator generator)
    {
        var scored = new PlaneScores?[_planes.Length];
        var samples = new List<ValidationSample>();
        bool isStopped = _host.Ranks.WaitForAll(() => !TryScoreOwn(generator, scored, samples));
        if (_host.Ranks.Any(isStopped))
        {
            return null;
        }
        Exchange(scored);
        var pairs = _planes.Zip(scored).ToArray();
        (string Group, PlaneScores Scores)[] found =
        [
            .. pairs.Where(pair => pair.Second is not null).Select(pair => (pair.First.Image.Group, pair.Second!)),
        ];
        GroupScores[] groups =
        [
            .. found.GroupBy(plane => plane.Group).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new GroupScores(
                group.Key, group.Count(), group.Average(plane => plane.Scores.PsnrDb), group.Average(plane => plane.Scores.Ssim))),
        ];
        return new ValidationScores(found.Average(plane => plane.Scores.PsnrDb), found.Average(plane => plane.Scores.Ssim), groups)
        {
            Unread = [.. pairs.Where(pair => pair.Second is null).Select(pair => NameOf(pair.First.Image, pair.First.Input))],
            Samples = samples,
        };
    }

    /// <summary>The image's id, and indices along axes that it has.</summary>
    private static string NameOf(PlannedImage image, PlaneIndex plane)
    {
        (char Axis, long Index)[] axes = [('t', plane.T), ('c', plane.C), ('z', plane.Z)];
        return image.Id + string.Concat(axes.Where(axis => image.Input!.Has(axis.Axis)).Select(axis => $"-{axis.Axis}{axis.Index}"));
    }

    /// <summary>Rank 0, which writes them, has the planes that are shown.</summary>
    private int RankOf(int plane) => plane < Shown ? 0 : (plane - Shown) % _host.Ranks.Size;

    /// <summary>Scores this rank's planes; those that cannot be read stay null.</summary>
    /// <returns>False if a signal came.</returns>
    private bool TryScoreOwn(TrainedGenerator generator, PlaneScores?[] scored, List<ValidationSample> samples)
    {
        var enhancer = new TiledEnhancer(generator.Run, generator.Scale, batch: 1);
        for (int i = 0; i < _planes.Length; i++)
        {
            if (RankOf(i) != _host.Ranks.Rank)
            {
                continue;
            }
            var plane = _planes[i];
            try
            {
                (scored[i], ValidationSample? sample) = _reading.Retry.Run(
                    () => ScorePlane(enhancer, generator, plane.Image, plane.Input, plane.Target, isShown: i < Shown), _host.Context.Stop);
                if (sample is not null)
                {
                    samples.Add(sample);
                }
            }
            catch (OperationCanceledException) when (_host.Context.Stop.IsCancellationRequested)
            {
                return false;
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Log.ImageFailed(_host.Context.Log, plane.Image.Id, fault.Message);
            }
        }
        return true;
    }

    /// <summary>Gives each rank the scores of all.</summary>
    private void Exchange(PlaneScores?[] scored)
    {
        const int Each = 5;
        double[] sums = new double[Each * scored.Length];
        for (int i = 0; i < scored.Length; i++)
        {
            if (scored[i] is { } own)
            {
                double[] values = [1, own.PsnrDb is null ? 0 : 1, own.PsnrDb ?? 0, own.Ssim is null ? 0 : 1, own.Ssim ?? 0];
                values.CopyTo(sums, Each * i);
            }
        }
        _host.Ranks.Sum(sums);
        for (int i = 0; i < scored.Length; i++)
        {
            ReadOnlySpan<double> all = sums.AsSpan(Each * i, Each);
            scored[i] = all[0] == 0
                ? null
                : new PlaneScores { PsnrDb = all[1] == 0 ? null : all[2], Ssim = all[3] == 0 ? null : all[4] };
        }
    }

    private (PlaneScores Scores, ValidationSample? Sample) ScorePlane(
        TiledEnhancer enhancer, TrainedGenerator generator, PlannedImage image, PlaneIndex inputPlane, PlaneIndex targetPlane, bool isShown)
    {
        using var input = new PlaneSource(image.Input!, _reading);
        using var target = new PlaneSource(image.Target!, _reading);
        if (!_ranges.TryGetValue((image.Id, inputPlane.C), out IntensityRange range))
        {
            TrainingOptions options = _plan.Training;
            range = input.Range(inputPlane.C, options.PercentileLow, options.PercentileHigh, _host.Context.Stop);
            _ranges[(image.Id, inputPlane.C)] = range;
        }
        int scale = generator.Scale, height = checked((int)image.Input!.Height), width = checked((int)image.Input.Width);
        float[] output = new float[height * width * scale * scale];
        InferenceOptions inference = _plan.Inference with { Halo = null };
        TileSizes tiles = generator.ChooseTiles(height, width, inference, generator.ReceptiveField, _host.Memory.ForTiles());
        bool isFinite = true;
        enhancer.Enhance(
            height, width, tiles, range,
            (row, column, rows, columns, destination) =>
            {
                input.Read(inputPlane, row, column, rows, columns, destination);
                isFinite = isFinite && AreFinite(destination);
            },
            (block, values) => block.CopyTo(values, output, width, scale),
            _host.Context.Stop);
        float[] truth = target.ReadPlane(targetPlane);
        ValidationSample? sample = isShown ? Sample(image, inputPlane, input, output, truth, scale) : null;
        // The scores themselves need no input: it only says which pixels do not count.
        QualityRow row = _scorer.Score(QualityColumns.Blank, new PlanePixels
        {
            Height = height,
            Width = width,
            Input = isFinite ? null : input.ReadPlane(inputPlane),
            Output = output,
            Target = truth,
        });
        return (new PlaneScores { PsnrDb = row.PsnrDb, Ssim = row.Ssim }, sample);
    }

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The middle of a plane.</summary>
    private ValidationSample Sample(PlannedImage image, PlaneIndex plane, PlaneSource input, float[] output, float[] target, int scale)
    {
        PlannedDataset dataset = image.Input!;
        int height = (int)Math.Min(dataset.Height, ShownSide / scale), width = (int)Math.Min(dataset.Width, ShownSide / scale);
        long top = (dataset.Height - height) / 2, left = (dataset.Width - width) / 2;
        float[] inputPart = new float[height * width];
        input.Read(plane, top, left, height, width, inputPart);
        var part = new SamplePart(inputPart, Part(output), Part(target), width * scale, scale);
        return ValidationSample.Of(NameOf(image, plane), part, _plan.Training.PercentileLow, _plan.Training.PercentileHigh);

        float[] Part(float[] values)
        {
            float[] cut = new float[height * width * scale * scale];
            for (int y = 0; y < height * scale; y++)
            {
                int start = (int)((((top * scale) + y) * dataset.Width * scale) + (left * scale));
                values.AsSpan(start, width * scale).CopyTo(cut.AsSpan(y * width * scale));
            }
            return cut;
        }
    }
}
