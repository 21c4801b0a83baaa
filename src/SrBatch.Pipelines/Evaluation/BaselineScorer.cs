using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Baselines;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// Runs classical methods on planes, on all cores. Files are read one after the other: a crash of libhdf5 must name its image.
/// </summary>
internal sealed class BaselineScorer
{
    /// <summary>Intensities that become 0 and 1: parameters then mean the same for all images.</summary>
    private const double PercentileLow = 0.1, PercentileHigh = 99.9;

    private readonly int _scale;
    private readonly RunContext _context;
    private readonly Hdf5ReadOptions _reading;
    private readonly Dictionary<(string Image, long Channel), IntensityRange> _ranges = [];
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    public BaselineScorer(Plan plan, RunContext context)
    {
        _scale = plan.Model.Scale;
        _context = context;
        _reading = context.Reading(plan.LinkedFolders);
    }

    /// <summary>By image, why it could not be read. Each is logged when it is found.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    /// <summary>Called once for each image that could not be read.</summary>
    public Action<PlannedImage>? Failed { get; init; }

    public void Fail(PlannedImage image, string reason)
    {
        if (_failures.TryAdd(image.Id, reason))
        {
            Log.ImageFailed(_context.Log, image.Id, reason);
            Failed?.Invoke(image);
        }
    }

    /// <summary>Scores what each method makes of each plane.</summary>
    /// <param name="pairs">Planes; those of images that cannot be read are left out.</param>
    /// <param name="methods">The methods to run on a plane.</param>
    /// <param name="score">Computes the score from a result and its target, both of the plane's size; called on many threads.</param>
    /// <returns>
    /// The planes in their order, scores in the order of the methods; lazily, so that memory does not grow with the number of planes.
    /// </returns>
    public IEnumerable<(PlanePair Pair, T[] Scores)> Score<T>(
        IReadOnlyList<PlanePair> pairs,
        Func<PlanePair, IReadOnlyList<Baseline>> methods,
        Func<float[], float[], BaselinePlane, T> score)
    {
        long pixels = pairs.Where(pair => !IsTooLarge(pair.Image)).Select(pair => PlanePixels(pair.Image)).DefaultIfEmpty(1).Max();
        var parallel = new ParallelOptions
        {
            CancellationToken = _context.Stop,
            MaxDegreeOfParallelism = ScoringThreads.CountFor(pixels, _context),
        };
        foreach (PlanePair[] chunk in pairs.Chunk(parallel.MaxDegreeOfParallelism))
        {
            (PlanePair Pair, float[] Input, float[] Target)[] read = [.. chunk.SelectMany(Read)];
            var planes = new BaselinePlane[read.Length];
            Parallel.For(0, read.Length, parallel, i =>
            {
                PlannedDataset input = read[i].Pair.Image.Input!;
                planes[i] = BaselinePlane.Upsampled(read[i].Input, (int)input.Height, (int)input.Width, _scale);
            });
            T[][] scores = [.. read.Select(plane => new T[methods(plane.Pair).Count])];
            (int Plane, int Method)[] work = [.. scores.SelectMany((row, plane) => row.Select((_, method) => (plane, method)))];
            Parallel.For(0, work.Length, parallel, i =>
            {
                (int plane, int method) = work[i];
                scores[plane][method] = score(methods(read[plane].Pair)[method].Run(planes[plane]), read[plane].Target, planes[plane]);
            });
            for (int i = 0; i < read.Length; i++)
            {
                yield return (read[i].Pair, scores[i]);
            }
        }
    }

    /// <returns>Normalised input and target; nothing when the image cannot be read.</returns>
    private IEnumerable<(PlanePair Pair, float[] Input, float[] Target)> Read(PlanePair pair)
    {
        if (_failures.ContainsKey(pair.Image.Id))
        {
            return [];
        }
        _context.Stop.ThrowIfCancellationRequested();
        try
        {
            CrashMark.EnterImage(pair.Image.Id);
            return [_reading.Retry.Run(() => ReadOnce(pair), _context.Stop)];
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            Fail(pair.Image, fault.Message);
            return [];
        }
        finally
        {
            CrashMark.EnterImage(null);
        }
    }

    private (PlanePair Pair, float[] Input, float[] Target) ReadOnce(PlanePair pair)
    {
        if (IsTooLarge(pair.Image))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{pair.Image.Target}: its planes have {PlanePixels(pair.Image)} pixels; "
                + $"planes above {PlaneMetrics.MostPixels} are not scored");
        }
        using var input = new PlaneSource(pair.Image.Input!, _reading);
        using var target = new PlaneSource(pair.Image.Target!, _reading);
        if (!_ranges.TryGetValue((pair.Image.Id, pair.Input.C), out IntensityRange range))
        {
            range = input.Range(pair.Input.C, PercentileLow, PercentileHigh, _context.Stop);
            _ranges[(pair.Image.Id, pair.Input.C)] = range;
        }
        float[] values = input.ReadPlane(pair.Input);
        range.Normalise(values, values);
        return (pair, values, target.ReadPlane(pair.Target!.Value));
    }

    private long PlanePixels(PlannedImage image) => checked(image.Input!.Height * image.Input.Width * _scale * _scale);

    private bool IsTooLarge(PlannedImage image) => PlanePixels(image) > PlaneMetrics.MostPixels;
}
