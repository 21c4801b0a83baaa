using SrBatch.Torch.Filters;
using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Core.Trust;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Scoring;

/// <summary>Fills in what a quality row says of a plane's pixels: infer and evaluate both ask here. docs/report.md defines each score.</summary>
/// <param name="options">Which scores are wanted.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="good">How well good outputs explain their inputs; null: nobody knows, and none is judged by that.</param>
internal sealed class PlaneQuality(QualityOptions options, int scale, OutputConsistency? good = null)
{
    /// <summary>Of the part of an output that is scored without a target, output pixels along each axis: what this takes in memory does not grow with the plane.</summary>
    public const int MostSide = 2048;

    /// <summary>Shortest side of an output whose resolution is measured, pixels: below, there are too few frequencies.</summary>
    private const int LeastSide = 32;

    /// <summary>Share of saturated pixels from which on it is said: then percentile 99.9, by which inputs are scaled by default, is cut off.</summary>
    private const double SaturatedShare = 0.001;

    private static readonly string[] WithTarget = ["psnr", "ssim", "ms_ssim", "nrmse", "pearson"];

    /// <summary>Whether a target is of any use.</summary>
    public bool Compares { get; } = WithTarget.Any(options.Metrics.Contains);

    /// <returns>Which part of an input's planes <see cref="Score"/> needs, input pixels; null when nothing can be scored.</returns>
    public PlanePart? Part(PlannedDataset input, bool hasTarget) =>
        !hasTarget && !options.Metrics.Except(WithTarget).Any() ? null : PlanePart.Middle(input.Height, input.Width, hasTarget ? int.MaxValue : MostSide / scale);

    /// <param name="row">The plane's, without scores.</param>
    /// <param name="type">Of the input's values on disk.</param>
    /// <param name="low">height x width values of the input: the plane, or the part that <see cref="Part"/> gave.</param>
    /// <param name="output">What was made of them, scale times as long and as wide.</param>
    /// <param name="target">As many; null when there is none.</param>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="deviation">Of the output from those of other orientations, as many values; null when there is one output alone.</param>
    /// <returns>The row with the scores, and with a reason and verdict warn for what is odd about the pixels.</returns>
    public QualityRow Score(QualityRow row, ElementType type, float[] low, float[] output, float[]? target, int height, int width, float[]? deviation = null)
    {
        var reasons = new List<string>();
        PlaneValues lowValues = Looked("input", low, reasons), outputValues = Looked("output", output, reasons);
        double saturated = type.MaxValue() is { } highest ? lowValues.SaturatedShare(highest) : 0;
        // A model that knows how much of its training images was saturated has judged that already.
        if (saturated >= SaturatedShare && row.OutOfDistribution is null)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"input: {saturated:P1} of the pixels are saturated at {lowValues.Most:R}"));
        }
        var magnified = new Lazy<float[]>(() => Upsampling.Bicubic(low, height, width, scale));
        if (target is not null)
        {
            _ = Looked("target", target, reasons);
            row = Compared(row, magnified.Value, output, target, height * scale, width * scale);
        }
        PlanePart part = PlanePart.Middle(height, width, MostSide / scale), shown = part.Enlarged(scale);
        if (lowValues.IsImage && Wants("input_snr"))
        {
            row = row with { InputSnr = SignalToNoise.Of(part.Cut(low, width), part.Rows, part.Columns) };
        }
        if (outputValues.IsImage)
        {
            float[] seen = shown.Cut(output, width * scale);
            bool explains = lowValues.IsImage && (Wants("rsp") || Wants("rse"));
            using PlaneSpectrum? spectrum = explains || Wants("decorrelation") ? PlaneSpectrum.Of(seen, shown.Rows, shown.Columns) : null;
            row = row with
            {
                FrcUm = Resolution("frc", () => FourierRingCorrelation.ResolutionOfOne(seen, shown.Rows, shown.Columns)),
                DecorrelationUm = Resolution("decorrelation", () => DecorrelationAnalysis.Resolution(spectrum!)),
            };
            if (explains)
            {
                var squirrel = Squirrel.Of(seen, spectrum!, shown.Cut(magnified.Value, width * scale), shown.Rows, shown.Columns, scale);
                row = row with { Rsp = Wants("rsp") ? squirrel.Rsp : null, Rse = Wants("rse") ? squirrel.Rse : null };
                if (good is not null && Wants("rsp"))
                {
                    row = VerdictRule.Judge(row, Consistency(squirrel, WithinWhole(row, shown), deviation is null ? null : MeanAndDeviation.Share(output, deviation)), good, options);
                }
            }

            double? Resolution(string metric, Func<double?> pixels) =>
                Wants(metric) && row.PixelSizeUm is { } pixelUm && Math.Min(shown.Rows, shown.Columns) >= LeastSide ? pixels() * pixelUm : null;
        }
        return row.Warned(reasons);
    }

    /// <param name="squirrel">Of the part of an output that is looked at.</param>
    /// <param name="part">Where that lies in the plane, output pixels.</param>
    /// <param name="disagreement">Of several orientations, see <see cref="MeanAndDeviation.Share"/>.</param>
    /// <returns>Null of parts that are too small.</returns>
    public static PlaneConsistency? Consistency(Squirrel squirrel, PlanePart part, double? disagreement) => squirrel.Rsp is { } rsp && squirrel.Contradiction() is { } most
        ? new PlaneConsistency(rsp, most.Most, part.Row + most.Row, part.Column + most.Column, most.IsInvented, disagreement)
        : null;

    /// <summary>What is looked at is the middle of the plane, whether <see cref="Score"/> got all of it or that part alone.</summary>
    private static PlanePart WithinWhole(QualityRow row, PlanePart shown) =>
        row is { Height: { } height, Width: { } width } ? shown with { Row = (height - shown.Rows) / 2, Column = (width - shown.Columns) / 2 } : shown;

    private bool Wants(string metric) => options.Metrics.Contains(metric);

    private static PlaneValues Looked(string name, float[] plane, List<string> reasons)
    {
        PlaneValues values = PlaneValues.Of(plane);
        if (values.NotFinite > 0)
        {
            reasons.Add($"{name}: {values.NotFinite} values are not finite");
        }
        else if (values.IsConstant)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: all values are {values.Most:R}"));
        }
        return values;
    }

    private QualityRow Compared(QualityRow row, float[] magnified, float[] output, float[] target, int height, int width)
    {
        (PlaneScores scores, PlaneScores before) = PlaneMetrics.Score(output, magnified, target, height, width, Wants("ms_ssim"));
        bool psnr = Wants("psnr"), ssim = Wants("ssim"), nrmse = Wants("nrmse");
        return row with
        {
            PsnrDb = psnr ? scores.PsnrDb : null,
            PsnrInputDb = psnr ? before.PsnrDb : null,
            Ssim = ssim ? scores.Ssim : null,
            SsimInput = ssim ? before.Ssim : null,
            MsSsim = scores.MsSsim,
            Nrmse = nrmse ? scores.Nrmse : null,
            NrmseInput = nrmse ? before.Nrmse : null,
            Pearson = Wants("pearson") ? scores.Pearson : null,
        };
    }
}
