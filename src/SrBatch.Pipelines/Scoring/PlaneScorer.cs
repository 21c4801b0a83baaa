using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Core.Trust;
using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Scoring;

/// <summary>Computes the scores of planes: the same for inference, evaluation, validation and calibration. docs/report.md defines each score.</summary>
/// <param name="options">Which scores are wanted.</param>
/// <param name="scale">Output pixels per input pixel.</param>
/// <param name="good">How well good outputs explain their inputs; null: not known, and no output is judged by that.</param>
internal sealed class PlaneScorer(QualityOptions options, int scale, OutputConsistency? good = null)
{
    /// <summary>Longest side of the part of an output that is scored without a target, output pixels: the memory needed does not grow with the plane.</summary>
    public const int MostSide = 2048;

    /// <summary>Shortest side of an output whose resolution is measured, pixels: smaller ones have too few frequencies.</summary>
    private const int LeastSide = 32;

    /// <summary>Share of saturated pixels that makes a plane suspect: from here on percentile 99.9, by which inputs are scaled by default, is cut off.</summary>
    private const double SaturatedShare = 0.001;

    private static readonly string[] WithTarget = ["psnr", "ssim", "ms_ssim", "nrmse", "pearson"];

    public int Scale => scale;

    /// <summary>Whether a score needs a target.</summary>
    public bool Compares { get; } = WithTarget.Any(options.Metrics.Contains);

    /// <returns>The part of an input's planes that <see cref="Score"/> needs, input pixels; null when nothing can be scored.</returns>
    public PlanePart? Part(PlannedDataset input, bool hasTarget) => hasTarget || options.Metrics.Except(WithTarget).Any()
        ? PlanePart.Middle(input.Height, input.Width, hasTarget ? int.MaxValue : MostSide / scale)
        : null;

    /// <param name="row">The plane's, without scores.</param>
    /// <param name="plane">The plane, or the part of it that <see cref="Part"/> gave.</param>
    /// <returns>The row with the scores, and with reasons and verdict warn for unusual pixels.</returns>
    public QualityRow Score(QualityRow row, PlanePixels plane)
    {
        (int height, int width) = (plane.Height, plane.Width);
        var reasons = new List<string>();
        PlaneValues? lowValues = plane.Input is null ? null : Looked("input", plane.Input, reasons);
        PlaneValues outputValues = Looked("output", plane.Output, reasons);
        double saturated = lowValues is not null && plane.InputType.Highest() is { } highest ? lowValues.SaturatedShare(highest) : 0;
        // A model that knows how much of its training images was saturated has judged that already.
        if (saturated >= SaturatedShare && row.OutOfDistribution is null)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"input: {saturated:P1} of the pixels are saturated at {lowValues!.Most:R}"));
        }
        var magnified = new Lazy<float[]>(() => Upsampling.Bicubic(plane.Input!, height, width, scale));
        if (plane.Target is not null)
        {
            _ = Looked("target", plane.Target, reasons);
            row = Compared(row, magnified.Value, plane.Output, plane.Target, height * scale, width * scale);
        }
        PlanePart part = PlanePart.Middle(height, width, MostSide / scale), shown = part.Enlarged(scale);
        bool hasInput = lowValues is { IsImage: true };
        if (hasInput && Wants("input_snr"))
        {
            row = row with { InputSnr = SignalToNoise.Of(part.Cut(plane.Input!, width), part.Rows, part.Columns) };
        }
        if (outputValues.IsImage)
        {
            float[] seen = shown.Cut(plane.Output, width * scale);
            bool explains = hasInput && (Wants("rsp") || Wants("rse"));
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
                    row = VerdictRule.Judge(row, Consistency(squirrel, WithinWhole(row, shown), Disagreement(plane)), good, options);
                }
            }

            double? Resolution(string metric, Func<double?> pixels) =>
                Wants(metric) && row.PixelSizeUm is { } pixelUm && Math.Min(shown.Rows, shown.Columns) >= LeastSide ? pixels() * pixelUm : null;
        }
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
        return Consistency(Squirrel.Of(shown.Cut(plane.Output, plane.Width * scale), reference, shown.Rows, shown.Columns, scale), shown, disagreement);
    }

    /// <param name="squirrel">Of the part of an output that is looked at.</param>
    /// <param name="part">Where that lies in the plane, output pixels.</param>
    /// <param name="disagreement">Of several orientations, see <see cref="MeanAndDeviation.Share"/>.</param>
    /// <returns>Null if the part is too small.</returns>
    private static PlaneConsistency? Consistency(Squirrel squirrel, PlanePart part, double? disagreement) =>
        squirrel.Rsp is { } rsp && squirrel.Contradiction() is { } most
            ? new PlaneConsistency(rsp, most.Most, part.Row + most.Row, part.Column + most.Column, most.IsInvented, disagreement)
            : null;

    private static double? Disagreement(PlanePixels plane) => plane.Deviation is null ? null : MeanAndDeviation.Share(plane.Output, plane.Deviation);

    /// <summary>The middle of the plane is looked at, whether <see cref="Score"/> got all of it or only that part.</summary>
    private static PlanePart WithinWhole(QualityRow row, PlanePart shown) => row is { Height: { } height, Width: { } width }
        ? shown with { Row = (height - shown.Rows) / 2, Column = (width - shown.Columns) / 2 }
        : shown;

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
