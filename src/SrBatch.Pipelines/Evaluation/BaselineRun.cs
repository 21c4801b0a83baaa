using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Torch.Baselines;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// inputs + targets -> scores of classical methods: their parameters are chosen by group on the validation split, then every image
/// of the task's shard is scored that infer would do. What is scored is kept; after a stop or a kill, the same command does the rest.
/// </summary>
public static class BaselineRun
{
    /// <summary>Planes of a group on which parameters are chosen.</summary>
    private const int MostPlanes = 8;

    public static ExitCode Run(EvaluateRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        (Plan plan, ShardNumber shard) = TaskShard.Choose(request.Manifest, run, request.Shard, context);
        PlannedImage[] mine = [.. TaskShard.Images(plan, shard).Where(image => image.Split != Split.Train)];
        // Planes are done side by side, each on one thread.
        TorchSetup.Load(1, context);
        Leftovers.Clean(run.BaselineParts, context);
        using var state = TaskState.Begin(run, "evaluate", shard.ToString(), mine.Length, context);
        HashSet<string> ids = mine.Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        var scorer = new BaselineScorer(plan, context)
        {
            Failed = image =>
            {
                if (ids.Contains(image.Id)) // an image of another shard may be read to choose parameters
                {
                    state.ImageFailed();
                }
            },
        };
        foreach (PlannedImage image in mine.Where(image => image.Problem is not null))
        {
            scorer.Fail(image, image.Problem!);
        }
        // Every shard chooses the same.
        PlannedImage[] all = [.. plan.Images.Where(image => image.Split != Split.Train && IsComparable(image))];
        IReadOnlyDictionary<string, Baseline[]> chosen = Choose(all, request.Manifest, scorer, context);
        var parts = new BaselineParts(run, plan, chosen, context);
        IReadOnlySet<string> known = request.Again ? new HashSet<string>() : parts.Known();
        PlannedImage[] images = [.. mine.Where(image => IsComparable(image) && !known.Contains(image.Id))];
        state.Leaves(images.Count(image => !scorer.Failures.ContainsKey(image.Id)));
        bool isStopped = !Score(images, chosen, scorer, parts, state, context);
        IReadOnlyList<BaselineRow> rows = parts.Merge();
        if (isStopped)
        {
            HashSet<string> done = rows.Select(row => row.Image).ToHashSet(StringComparer.Ordinal);
            int left = images.Count(image => !done.Contains(image.Id));
            Log.EvaluationStopped(context.Log, mine.Length - left, left);
            return ExitCode.Stopped;
        }
        BaselineTable.Write(context.Out, [.. rows.Where(row => ids.Contains(row.Image))], MergedQuality.Read(run, plan).Rows);
        foreach ((string image, string reason) in scorer.Failures.OrderBy(failure => failure.Key, StringComparer.Ordinal))
        {
            context.Out.WriteLine($"failed: {image}: {reason}");
        }
        context.Out.WriteLine($"wrote {run.BaselineTable}");
        return scorer.Failures.Count > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

    private static bool IsComparable(PlannedImage image) => image.Problem is null && image.Target is not null;

    /// <returns>
    /// By group, each method with the parameters of the best mean PSNR on the group's validation planes, or on those of all groups if it
    /// has none.
    /// </returns>
    private static Dictionary<string, Baseline[]> Choose(PlannedImage[] images, string manifest, BaselineScorer scorer, RunContext context)
    {
        PlanePair[] pairs =
        [
            .. images.Where(image => image.Split == Split.Validation)
                .GroupBy(image => image.Group)
                .SelectMany(group => Spread([.. group.SelectMany(PlanePair.Of)])),
        ];
        if (pairs.Length == 0)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{manifest}: no readable image of split 'validation' has a target; --baselines chooses the parameters of "
                + "classical methods on them. Give some images \"split\": \"validation\" and use a new run folder.");
        }
        Log.Wrote(context.Log, $"choosing among {BaselineCatalog.All.Count} baselines; validation planes: {pairs.Length}");
        var scored = new List<(string Group, double?[] PsnrDb)>();
        scored.AddRange(scorer
            .Score(pairs, _ => BaselineCatalog.All, (result, target, _) => PlaneMetrics.PsnrDb(result, target))
            .Select(plane => (plane.Pair.Image.Group, plane.Scores)));
        if (scored.Count == 0)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{manifest}: none of its {pairs.Length} validation planes could be read, so there is nothing to choose the parameters of "
                + "classical methods on");
        }
        ILookup<string, double?[]> byGroup = scored.ToLookup(plane => plane.Group, plane => plane.PsnrDb);
        double?[][] all = [.. scored.Select(plane => plane.PsnrDb)];
        return images.Select(image => image.Group).Distinct()
            .ToDictionary(group => group, group => Best(byGroup.Contains(group) ? [.. byGroup[group]] : all));
    }

    /// <summary>Takes the first of equally good parameters, which are the mildest.</summary>
    private static Baseline[] Best(double?[][] planes) =>
    [
        .. BaselineCatalog.All.Select((baseline, i) => (Baseline: baseline, PsnrDb: planes.Average(plane => plane[i])))
            .GroupBy(
                candidate => candidate.Baseline.Method,
                (_, candidates) => candidates.MaxBy(candidate => candidate.PsnrDb ?? double.NegativeInfinity).Baseline),
    ];

    /// <returns>False if a signal came before all images were scored; what was scored is kept.</returns>
    private static bool Score(
        PlannedImage[] images,
        IReadOnlyDictionary<string, Baseline[]> chosen,
        BaselineScorer scorer,
        BaselineParts parts,
        TaskState state,
        RunContext context)
    {
        PlanePair[] pairs = [.. images.SelectMany(PlanePair.Of)];
        int methods = BaselineCatalog.All.Select(baseline => baseline.Method).Distinct().Count();
        Log.Wrote(context.Log, $"scoring {methods} baselines; images: {images.Length}, planes: {pairs.Length}");
        var scored = new List<BaselineRow>();
        using IDisposable progress = context.Progress.Begin("evaluate", "planes", pairs.Length);
        try
        {
            foreach ((PlanePair pair, PlaneScores[] scores) in scorer.Score(
                pairs,
                pair => chosen[pair.Image.Group],
                (result, target, plane) => PlaneMetrics.Score(result, target, plane.Height, plane.Width)))
            {
                if (scored.Count > 0 && scored[0].Image != pair.Image.Id)
                {
                    scored.Clear(); // of an image that turned out to be unreadable
                }
                scored.AddRange(chosen[pair.Image.Group].Zip(scores, (baseline, score) => RowOf(pair, baseline, score)));
                context.Progress.Advance();
                // An image is kept when all its planes are scored.
                if (scored.Count == chosen[pair.Image.Group].Length * pair.Image.Input!.PlaneCount)
                {
                    parts.Add(pair.Image, scored);
                    state.ImageDone();
                    scored.Clear();
                }
            }
            return true;
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            parts.Write();
        }
    }

    private static BaselineRow RowOf(PlanePair pair, Baseline baseline, PlaneScores score) => new()
    {
        Image = pair.Image.Id,
        Group = pair.Image.Group,
        Split = ManifestWords.Of(pair.Image.Split),
        T = IndexOf(pair, 't', pair.Input.T),
        C = IndexOf(pair, 'c', pair.Input.C),
        Z = IndexOf(pair, 'z', pair.Input.Z),
        Method = baseline.Method,
        Parameters = baseline.Parameters,
        PsnrDb = score.PsnrDb,
        Ssim = score.Ssim,
        Nrmse = score.Nrmse,
        Pearson = score.Pearson,
    };

    private static int? IndexOf(PlanePair pair, char axis, long index) => pair.Image.Input!.Has(axis) ? checked((int)index) : null;

    private static IEnumerable<PlanePair> Spread(PlanePair[] all)
    {
        int count = Math.Min(MostPlanes, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }
}
