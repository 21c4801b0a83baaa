using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Core.Trust;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Scoring;

/// <summary>
/// Computes the scores of planes: the same for inference, evaluation, validation and calibration. docs/report.md defines each score.
/// </summary>
/// <param name="options">Which scores are wanted.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="good">How well good outputs explain their inputs; null: not known, and no output is judged by that.</param>
internal sealed class PlaneScorer(QualityOptions options, int scale, OutputConsistency? good = null)
{
    /// <summary>
    /// Longest side of the part of an output that is scored without a target, output pixels: the memory needed does not grow with the
    /// plane.
    /// </summary>
    public const int MostSide = 2048;

    /// <summary>
    /// Share of saturated pixels that makes a plane suspect: from here on percentile 99.9, by which inputs are scaled by default, is cut
    /// off.
    /// </summary>
    private const double SaturatedShare = 0.001;

    /// <summary>A plane with a range of fewer float32 steps has lost detail, if its type has finer ones.</summary>
    private const int LeastSteps = 256;

    private readonly MetricKind[] _metrics = [.. MetricTable.All.Where(metric => options.Metrics.Contains(metric.Name))];

    public int Scale => scale;

    /// <summary>Whether targets decide verdicts, too; validation needs no verdicts.</summary>
    public bool JudgesByTarget { get; init; } = true;

    /// <summary>Whether a score needs a target.</summary>
    public bool Compares => _metrics.Any(metric => metric.NeedsTarget);

    /// <returns>The part of an input's planes that <see cref="Score"/> needs, input pixels; null when nothing can be scored.</returns>
    public PlanePart? Part(PlannedDataset input, bool hasTarget) => hasTarget || _metrics.Any(metric => !metric.NeedsTarget)
        ? PlanePart.Middle(input.Height, input.Width, hasTarget ? int.MaxValue : MostSide / scale)
        : null;

    /// <param name="row">The plane's, without scores.</param>
    /// <param name="plane">The plane, or the part of it that <see cref="Part"/> gave.</param>
    /// <returns>The row with the scores, and with reasons and verdict warn for unusual pixels.</returns>
    public QualityRow Score(QualityRow row, PlanePixels plane)
    {
        var reasons = new List<string>();
        PlaneValues? input = ValuesOf(plane.Input), target = ValuesOf(plane.Target);
        PlaneValues output = PlaneValues.Of(plane.Output);
        Note("input", input, plane.InputType, reasons);
        // An input without detail gives an output without detail, which needs no reason of its own.
        bool isExplained = output.IsConstant && input is { IsConstant: true } && LostDetail(input, plane.InputType) is not null;
        Note("output", isExplained ? null : output, ElementType.Float32, reasons);
        double saturated = plane.InputType.MaxValue() is { } highest ? input?.SaturatedShare(highest) ?? 0 : 0;
        // A model that knows how much of its training images was saturated has judged that already.
        if (saturated >= SaturatedShare && row.OutOfDistribution is null)
        {
            string share = string.Create(CultureInfo.InvariantCulture, $"{saturated:P1} of the pixels are saturated at {input!.Most:R}");
            reasons.Add($"input: {share}");
        }
        Note("target", target, plane.TargetType, reasons);
        var pixels = new ScoredPixels(plane, scale, hasMissing: input?.NotFinite > 0 || output.NotFinite > 0 || target?.NotFinite > 0);
        row = pixels.Target is null ? row : Compared(row, plane, pixels, pixels.Target);
        row = _metrics.Any(metric => !metric.NeedsTarget) ? Explained(row, pixels, input, plane) : row;
        return row.Warned(reasons);
    }

    /// <param name="plane">The plane, or a part of it.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="disagreement">Of several orientations, see <see cref="MeanAndDeviation.Share"/>.</param>
    /// <returns>How well an output explains its input; null when the plane is too small, or either holds no image.</returns>
    public static PlaneConsistency? Consistency(PlanePixels plane, int scale, double? disagreement)
    {
        PlanePart part = PlanePart.Middle(plane.Height, plane.Width, MostSide / scale), shown = part.Enlarged(scale);
        if (plane.Input is null || !PlaneValues.Of(plane.Input).IsImage || !PlaneValues.Of(plane.Output).IsImage)
        {
            return null;
        }
        float[] reference = shown.Cut(Upsampling.Bicubic(plane.Input, plane.Height, plane.Width, scale), plane.Width * scale);
        var squirrel = Squirrel.Of(shown.Cut(plane.Output, plane.Width * scale), reference, shown.Rows, shown.Columns, scale);
        return Consistency(squirrel, shown, disagreement);
    }

    /// <param name="squirrel">Of the part of an output that is looked at.</param>
    /// <param name="part">Where that lies in the plane, output pixels.</param>
    /// <param name="disagreement">Of several orientations, see <see cref="MeanAndDeviation.Share"/>.</param>
    /// <returns>Null if the part is too small.</returns>
    private static PlaneConsistency? Consistency(Squirrel squirrel, PlanePart part, double? disagreement) =>
        squirrel.Rsp is { } rsp && squirrel.Contradiction() is { } most
            ? new PlaneConsistency(rsp, most.Most, part.Row + most.Row, part.Column + most.Column, most.IsInvented, disagreement)
            : null;

    private static double? Disagreement(PlanePixels plane) =>
        plane.Deviation is null ? null : MeanAndDeviation.Share(plane.Output, plane.Deviation);

    /// <summary>The middle of the plane is looked at, whether <see cref="Score"/> got all of it or only that part.</summary>
    private static PlanePart WithinWhole(QualityRow row, PlanePart shown) => row is { Height: { } height, Width: { } width }
        ? shown with { Row = (height - shown.Rows) / 2, Column = (width - shown.Columns) / 2 }
        : shown;

    private static PlaneValues? ValuesOf(float[]? plane) => plane is null ? null : PlaneValues.Of(plane);

    private static void Note(string name, PlaneValues? values, ElementType type, List<string> reasons)
    {
        if (values is null)
        {
            return;
        }
        if (values.NotFinite > 0)
        {
            reasons.Add($"{name}: {values.NotFinite} values are not finite");
        }
        else if (LostDetail(values, type) is { } lost)
        {
            reasons.Add($"{name}: {lost}");
        }
        else if (values.IsConstant)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: all values are {values.Most:R}"));
        }
    }

    /// <summary>Says that float32, in which everything is computed, cannot tell many of a plane's values apart.</summary>
    private static string? LostDetail(PlaneValues values, ElementType type)
    {
        float largest = Math.Max(Math.Abs(values.Least), Math.Abs(values.Most)), range = values.Most - values.Least;
        if (type.StepInSingle(largest) is not { } step || range >= LeastSteps * step)
        {
            return null;
        }
        string name = type.NumpyName();
        FormattableString lost = values.IsConstant
            ? $"{name} values near {values.Most:R} differ, if at all, by less than float32 can hold, which has steps of {step:R} there"
            : (FormattableString)$"{name} values from {values.Least:R} to {values.Most:R} lose detail in float32, with steps of {step:R} there";
        return lost.ToString(CultureInfo.InvariantCulture);
    }

    private QualityRow Compared(QualityRow row, PlanePixels plane, ScoredPixels pixels, TargetPlane target)
    {
        var output = new TargetComparison(pixels.Output, target);
        TargetComparison? input = pixels.Magnified is { } magnified && _metrics.Any(metric => metric.InputColumn is not null)
            ? new TargetComparison(magnified, target)
            : null;
        MetricScores scores = row.Scores;
        foreach (MetricKind metric in _metrics.Where(metric => metric.NeedsTarget))
        {
            Func<TargetComparison, double?> compute = MetricComputations.AgainstTarget[metric.Name];
            scores = scores.With(metric.Column, compute(output));
            scores = metric.InputColumn is null || input is null ? scores : scores.With(metric.InputColumn, compute(input));
        }
        row = row with { Scores = scores };
        return JudgesByTarget ? TargetRule.Judge(row, Evidence(plane, pixels, output, input)) : row;
    }

    /// <summary>
    /// What the target says of the output; as scores without a target, it looks at the middle of large planes.
    /// </summary>
    private TargetEvidence? Evidence(PlanePixels plane, ScoredPixels pixels, TargetComparison output, TargetComparison? input)
    {
        if (Math.Max(plane.Height, plane.Width) * scale <= MostSide)
        {
            input ??= pixels.Magnified is { } magnified ? new TargetComparison(magnified, pixels.Target!) : null;
            return TargetTest.Of(output, input, scale);
        }
        PlanePixels middle = plane.Cut(pixels.Part, scale);
        var part = new ScoredPixels(middle, scale, pixels.HasMissing);
        return TargetTest.Of(
            new TargetComparison(part.Output, part.Target!),
            part.Magnified is { } whole ? new TargetComparison(whole, part.Target!) : null,
            scale);
    }

    private QualityRow Explained(QualityRow row, ScoredPixels pixels, PlaneValues? input, PlanePixels plane)
    {
        (PlanePart part, PlanePart shown) = (pixels.Part, pixels.Part.Enlarged(scale));
        bool hasInput = input is { IsConstant: false };
        float[] output = shown.Cut(pixels.Output, plane.Width * scale);
        float[]? reference = hasInput && Wants("rsp", "rse") ? shown.Cut(pixels.Magnified!, plane.Width * scale) : null;
        using var seen = new MetricPlane(output, reference, shown.Rows, shown.Columns, scale)
        {
            Input = hasInput ? part.Cut(pixels.Input!, plane.Width) : null,
            PixelSizeUm = row.PixelSizeUm,
        };
        foreach (MetricKind metric in _metrics.Where(metric => !metric.NeedsTarget))
        {
            row = row with { Scores = row.Scores.With(metric.Column, MetricComputations.WithoutTarget[metric.Name](seen)) };
        }
        return good is not null && Wants("rsp") && seen.Squirrel is { } squirrel
            ? VerdictRule.Judge(row, Consistency(squirrel, WithinWhole(row, shown), Disagreement(plane)), good, options.Limits())
            : row;
    }

    private bool Wants(params ReadOnlySpan<string> metrics)
    {
        bool any = false;
        foreach (string metric in metrics)
        {
            any |= options.Metrics.Contains(metric);
        }
        return any;
    }
}
