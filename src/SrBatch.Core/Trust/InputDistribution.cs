namespace SrBatch.Core.Trust;

/// <summary>What the inputs of a training look like, and how much good inputs may differ from them.</summary>
public sealed record InputDistribution
{
    /// <summary>Version of the features. Inputs of a model with other features are not judged by this version of srbatch.</summary>
    public const int CurrentFeatures = 1;

    /// <summary>
    /// With more kinds than this, all planes form one kind. Otherwise a manifest with one group per image would have too few planes of
    /// each.
    /// </summary>
    private const int MostKinds = 32;

    /// <summary>Number of parts that the training images are divided into for cross-validation.</summary>
    private const int Folds = 5;

    /// <summary>
    /// A plane whose farthest feature is nearer than this, in standard deviations, is a copy of training planes but for rounding. It tells
    /// nothing about how much good inputs differ.
    /// </summary>
    private const double CopyDistance = 1e-6;

    public int FeatureSet { get; init; } = CurrentFeatures;

    /// <summary>Sorted by group, then channel; at least one.</summary>
    public required IReadOnlyList<InputKind> Kinds { get; init; }

    /// <param name="planes">In an order that is the same in every run.</param>
    /// <returns>Null when no kind has both a plane to fit and another one, no copy of it, to find the limits.</returns>
    public static InputDistribution? Fit(IReadOnlyList<KnownPlane> planes)
    {
        bool isOneKind = planes.Select(plane => (plane.Group, plane.Channel)).Distinct().Count() > MostKinds;
        InputKind[] kinds =
        [
            .. planes.GroupBy(plane => new KindName(isOneKind ? null : plane.Group, isOneKind ? null : plane.Channel))
                .OrderBy(kind => kind.Key.Group, StringComparer.Ordinal).ThenBy(kind => kind.Key.Channel)
                .Select(kind => FitKind(kind.Key, [.. kind])).OfType<InputKind>(),
        ];
        return kinds.Length == 0 ? null : new InputDistribution { Kinds = kinds };
    }

    /// <summary>Compares a plane with the kind that is nearest to it.</summary>
    public PlaneNovelty Judge(PlaneSample plane) => Kinds.Select(kind =>
    {
        double[] standardised = kind.Distribution.Standardise(plane.Features);
        (double distance, double farthest) = Scores(kind.Distribution, standardised);
        double outOfDistribution = Math.Max(distance / kind.DistanceLimit, farthest / kind.FeatureLimit);
        return new PlaneNovelty(outOfDistribution, kind, plane.Features, standardised);
    }).MinBy(novelty => novelty.OutOfDistribution)!;

    private static InputKind? FitKind(KindName name, KnownPlane[] planes)
    {
        KnownPlane[] training = [.. planes.Where(plane => plane.IsTraining)];
        KnownPlane[] validation = [.. planes.Where(plane => !plane.IsTraining)];
        if (training.Length == 0)
        {
            return null;
        }
        // The planes of an image resemble each other, so an image counts once, with its farthest plane. If there is only one image, each
        // plane counts.
        bool isOneImage = training.All(plane => plane.Image == training[0].Image);
        (KnownPlane Plane, string Unit)[] known = [.. training.Select((plane, i) => (plane, isOneImage ? $"{i}" : plane.Image))];
        string[] units = [.. known.Select(member => member.Unit).Distinct()];
        ShrunkGaussian all = Fit(training);
        var held = new List<(string Unit, double Distance, double Farthest)>(validation.Select(plane => Score(all, plane, plane.Image)));
        int folds = units.Length == 1 ? 0 : Math.Min(Folds, units.Length);
        for (int fold = 0; fold < folds; fold++)
        {
            // Neighbours in the list often show the same sample, so they are held out together.
            HashSet<string> heldOut = [.. units.Where((_, i) => (long)i * folds / units.Length == fold)];
            ShrunkGaussian others = Fit([.. known.Where(member => !heldOut.Contains(member.Unit)).Select(member => member.Plane)]);
            held.AddRange(known.Where(member => heldOut.Contains(member.Unit)).Select(member => Score(others, member.Plane, member.Unit)));
        }
        held.RemoveAll(score => score.Farthest < CopyDistance);
        if (held.Count == 0)
        {
            return null;
        }
        (double Distance, double Farthest)[] scores =
        [
            .. held.GroupBy(score => score.Unit).Select(unit => (unit.Max(score => score.Distance), unit.Max(score => score.Farthest))),
        ];
        return new InputKind
        {
            Group = name.Group,
            Channel = name.Channel,
            Planes = training.Length,
            HeldOut = scores.Length,
            DistanceLimit = HeldOutLimit.Of([.. scores.Select(score => score.Distance)]),
            FeatureLimit = HeldOutLimit.Of([.. scores.Select(score => score.Farthest)]),
            Distribution = all,
        };

        static (string, double, double) Score(ShrunkGaussian distribution, KnownPlane plane, string unit)
        {
            (double distance, double farthest) = Scores(distribution, distribution.Standardise(plane.Sample.Features));
            return (unit, distance, farthest);
        }
    }

    private static ShrunkGaussian Fit(KnownPlane[] planes) => ShrunkGaussian.Fit([.. planes.Select(plane => plane.Sample)]);

    private static (double Distance, double Farthest) Scores(ShrunkGaussian distribution, double[] standardised) =>
        (distribution.Distance(standardised), standardised.Max(Math.Abs));

    /// <summary>Identifies a kind; both are null when all planes form one kind.</summary>
    private readonly record struct KindName(string? Group, long? Channel);
}
