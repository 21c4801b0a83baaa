using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Parquet;
using SrBatch.Torch.Baselines;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// inputs + targets -> scores of classical methods: their parameters are chosen by group on the validation split, then every image is
/// scored that infer would do.
/// </summary>
public static class BaselineRun
{
    /// <summary>Planes of a group on which parameters are chosen.</summary>
    private const int MostPlanes = 8;

    public static ExitCode Run(EvaluateRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Ensure(request.Manifest, run, null, context);
        // Planes are done side by side, each on one thread.
        TorchSetup.Load(1, context);
        var scorer = new BaselineScorer(plan, context);
        foreach (PlannedImage image in plan.Images.Where(image => image.Split != Split.Train && image.Problem is not null))
        {
            scorer.Fail(image, image.Problem!);
        }
        PlannedImage[] images =
        [
            .. plan.Images.Where(image => image.Split != Split.Train && image.Problem is null && image.Target is not null),
        ];
        IReadOnlyDictionary<string, Baseline[]> chosen = Choose(images, request.Manifest, scorer, context);
        BaselineRow[] rows = [.. Score(images, chosen, scorer, context)];
        BaselineParquet.Write(run.BaselineTable, rows);
        BaselineTable.Write(context.Out, rows, MergedQuality.Read(run, plan).Rows);
        foreach ((string image, string reason) in scorer.Failures.OrderBy(failure => failure.Key, StringComparer.Ordinal))
        {
            context.Out.WriteLine($"failed: {image}: {reason}");
        }
        context.Out.WriteLine($"wrote {run.BaselineTable}");
        return scorer.Failures.Count > 0 ? ExitCode.ImagesFailed : ExitCode.Done;
    }

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

    private static IEnumerable<BaselineRow> Score(
        PlannedImage[] images,
        IReadOnlyDictionary<string, Baseline[]> chosen,
        BaselineScorer scorer,
        RunContext context)
    {
        PlanePair[] pairs = [.. images.SelectMany(PlanePair.Of)];
        int methods = BaselineCatalog.All.Select(baseline => baseline.Method).Distinct().Count();
        Log.Wrote(context.Log, $"scoring {methods} baselines; images: {images.Length}, planes: {pairs.Length}");
        foreach ((PlanePair pair, PlaneScores[] scores) in scorer.Score(
            pairs,
            pair => chosen[pair.Image.Group],
            (result, target, plane) => PlaneMetrics.Score(result, target, plane.Height, plane.Width)))
        {
            foreach ((Baseline baseline, PlaneScores score) in chosen[pair.Image.Group].Zip(scores))
            {
                yield return new BaselineRow
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
            }
        }
    }

    private static int? IndexOf(PlanePair pair, char axis, long index) => pair.Image.Input!.Has(axis) ? checked((int)index) : null;

    private static IEnumerable<PlanePair> Spread(PlanePair[] all)
    {
        int count = Math.Min(MostPlanes, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }
}
