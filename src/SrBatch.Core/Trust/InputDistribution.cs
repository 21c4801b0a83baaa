namespace SrBatch.Core.Trust;

/// <summary>What the inputs of a training look like, and how far from that good inputs may lie.</summary>
public sealed record InputDistribution
{
    /// <summary>Which features these are; a model with others is not judged by this version.</summary>
    public const int CurrentFeatures = 1;

    /// <summary>More kinds than this are taken together: a manifest with a group an image would have nothing to learn from.</summary>
    private const int MostKinds = 32;

    /// <summary>Parts of the training images that are held out one after the other.</summary>
    private const int Folds = 5;

    public int FeatureSet { get; init; } = CurrentFeatures;

    /// <summary>By group, then channel; at least one.</summary>
    public required IReadOnlyList<InputKind> Kinds { get; init; }

    /// <param name="planes">In an order that does not change from run to run.</param>
    /// <returns>Null when no kind has both a plane to learn from and another to find the limits with.</returns>
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

    /// <summary>Judges a plane by the kind that it is nearest to.</summary>
    public PlaneNovelty Judge(PlaneSample plane) => Kinds.Select(kind =>
    {
        double[] standard = kind.Distribution.Standard(plane.Features);
        (double distance, double farthest) = Scores(kind.Distribution, standard);
        return new PlaneNovelty(Math.Max(distance / kind.DistanceLimit, farthest / kind.FeatureLimit), kind, plane.Features, standard);
    }).MinBy(novelty => novelty.OutOfDistribution)!;

    private static InputKind? FitKind(KindName name, KnownPlane[] planes)
    {
        KnownPlane[] training = [.. planes.Where(plane => plane.IsTraining)], validation = [.. planes.Where(plane => !plane.IsTraining)];
        if (training.Length == 0)
        {
            return null;
        }
        // An image's planes resemble each other: it counts once, with its farthest plane. Of a single image, each plane counts.
        bool isOneImage = training.All(plane => plane.Image == training[0].Image);
        (KnownPlane Plane, string Unit)[] known = [.. training.Select((plane, i) => (plane, isOneImage ? $"{i}" : plane.Image))];
        string[] units = [.. known.Select(member => member.Unit).Distinct()];
        ShrunkGaussian all = Of(training);
        var held = new List<(string Unit, double Distance, double Farthest)>(validation.Select(plane => Score(all, plane, plane.Image)));
        int folds = units.Length == 1 ? 0 : Math.Min(Folds, units.Length);
        for (int fold = 0; fold < folds; fold++)
        {
            // Neighbours in the list are often of one sample: they are held out together.
            HashSet<string> heldOut = [.. units.Where((_, i) => (long)i * folds / units.Length == fold)];
            ShrunkGaussian others = Of([.. known.Where(member => !heldOut.Contains(member.Unit)).Select(member => member.Plane)]);
            held.AddRange(known.Where(member => heldOut.Contains(member.Unit)).Select(member => Score(others, member.Plane, member.Unit)));
        }
        if (held.Count == 0)
        {
            return null;
        }
        (double Distance, double Farthest)[] scores = [.. held.GroupBy(score => score.Unit).Select(unit => (unit.Max(score => score.Distance), unit.Max(score => score.Farthest)))];
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
            (double distance, double farthest) = Scores(distribution, distribution.Standard(plane.Sample.Features));
            return (unit, distance, farthest);
        }
    }

    private static ShrunkGaussian Of(KnownPlane[] planes) => ShrunkGaussian.Fit([.. planes.Select(plane => plane.Sample)]);

    private static (double Distance, double Farthest) Scores(ShrunkGaussian distribution, double[] standard) => (distribution.Distance(standard), standard.Max(Math.Abs));

    /// <summary>What planes of a kind have in common; both null where all are one kind.</summary>
    private readonly record struct KindName(string? Group, long? Channel);
}
