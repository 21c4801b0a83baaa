using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using static System.FormattableString;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A run in a few sentences.</summary>
/// <param name="Sentences">The number of images, then their quality.</param>
/// <param name="LookFirst">What to check before the images are used, most urgent first.</param>
internal sealed record RunSummary(IReadOnlyList<SummarySentence> Sentences, IReadOnlyList<SummarySentence> LookFirst)
{
    /// <param name="rows">Each plane once; a failed image has one row.</param>
    /// <param name="left">Images that are not done yet.</param>
    public static RunSummary Of(IReadOnlyList<QualityRow> rows, IReadOnlyList<PlannedImage> left)
    {
        QualityRow[] planes = [.. rows.Where(row => row.Width is not null)];
        QualityRow[] scored = [.. planes.Where(row => row.PsnrDb is not null)];
        return new RunSummary([Counts(rows, planes, scored, left), .. Quality(scored)], [.. Urgent(rows, scored, left)]);
    }

    /// <summary>Counts the images with a verdict. The verdict of an image is that of its worst plane.</summary>
    internal static int Images(IReadOnlyList<QualityRow> rows, Verdict verdict) =>
        rows.GroupBy(row => row.Image).Count(image => image.Max(row => row.Verdict) == verdict);

    /// <summary>Chooses the planes for means: those of the test split, if any, as validation took part in choosing the weights.</summary>
    internal static (string Of, IReadOnlyList<QualityRow> Planes) Judged(IReadOnlyList<QualityRow> scored)
    {
        QualityRow[] test = [.. scored.Where(row => row.Split == "test")];
        return test.Length > 0 ? (" of the test split", test) : (" with a target", scored);
    }

    private static SummarySentence Counts(
        IReadOnlyList<QualityRow> rows,
        QualityRow[] planes,
        QualityRow[] scored,
        IReadOnlyList<PlannedImage> left)
    {
        if (rows.Count == 0)
        {
            string none = left.Count == 0 ? "There was no image to enhance." : $"None of {Count(left.Count, "image")} is done yet.";
            return new SummarySentence(none);
        }
        int pass = Images(rows, Verdict.Pass), warn = Images(rows, Verdict.Warn), fail = Images(rows, Verdict.Fail);
        string targets = scored.Length == planes.Length ? "all" : scored.Length == 0 ? "none" : Number(scored.Length);
        string still = left.Count == 0 ? "" : $" {Count(left.Count, "image")} {Are(left.Count)} not done yet.";
        return new SummarySentence(
            $"{Count(pass + warn + fail, "image")}: {Number(pass)} pass, {Number(warn)} warn, {Number(fail)} fail. "
            + $"{Count(planes.Length, "plane")} enhanced, {targets} with a target.{still}",
            "planes");
    }

    private static IEnumerable<SummarySentence> Quality(QualityRow[] scored)
    {
        (string of, IReadOnlyList<QualityRow> judged) = Judged(scored);
        QualityRow[] compared = [.. judged.Where(row => ScoreKind.GainDb(row) is not null)];
        if (compared.Length == 0)
        {
            yield break;
        }
        double gain = compared.Average(row => ScoreKind.GainDb(row))!.Value;
        string ssim = compared.Average(row => row.Ssim - row.SsimInput) is { } gainSsim
            ? Invariant($", and SSIM is {compared.Average(row => row.Ssim):F3}, {Math.Abs(gainSsim):F3} {Side(gainSsim)} it")
            : "";
        yield return new SummarySentence(
            Invariant($"Over {Count(compared.Length, "plane")}{of}, PSNR is {compared.Average(row => row.PsnrDb):F2} dB on average, ")
            + Invariant($"{Math.Abs(gain):F2} dB {Side(gain)} the upsampled input{ssim}."),
            "groups");

        static string Side(double gain) => gain < 0 ? "below" : "above";
    }

    private static IEnumerable<SummarySentence> Urgent(
        IReadOnlyList<QualityRow> rows,
        QualityRow[] scored,
        IReadOnlyList<PlannedImage> left)
    {
        int failed = rows.Where(row => row.IsFailure).Select(row => row.Image).Distinct().Count();
        int refused = Images(rows, Verdict.Fail) - failed;
        if (failed > 0)
        {
            yield return new SummarySentence($"{Count(failed, "image")} failed: see why.", "failed");
        }
        if (refused > 0)
        {
            yield return new SummarySentence(
                $"{Count(refused, "image")} should not be trusted: {(refused == 1 ? "it was" : "they were")} enhanced, "
                + "but the input is unlike what the model was trained on, or the output contradicts it.",
                "worst");
        }
        QualityRow[] warnings = [.. rows.Where(row => row.Verdict == Verdict.Warn)];
        if (Images(rows, Verdict.Warn) is > 0 and var warned)
        {
            IGrouping<string?, QualityRow> reason = warnings.GroupBy(row => row.Reasons).MaxBy(same => same.Count())!;
            string often = reason.Count() == warnings.Length ? "" : ", most often";
            yield return new SummarySentence($"{Count(warned, "image")} with a warning{often}: {reason.Key}.", "planes");
        }
        foreach (SummarySentence weak in Weak([.. scored.Where(row => ScoreKind.GainDb(row) is not null)]))
        {
            yield return weak;
        }
        if (left.Count > 0)
        {
            yield return new SummarySentence($"{Count(left.Count, "image")} not done yet: this page shows an unfinished run.", "failed");
        }
    }

    /// <param name="compared">Planes with a gain over the input.</param>
    private static IEnumerable<SummarySentence> Weak(QualityRow[] compared)
    {
        int worse = compared.Count(row => ScoreKind.GainDb(row) < 0);
        if (worse > 0)
        {
            yield return new SummarySentence(
                $"{Count(worse, "plane")} {Are(worse)} further from the target than the upsampled input.", "worst");
        }
        if (compared.MinBy(row => ScoreKind.GainDb(row)) is { } least)
        {
            yield return new SummarySentence($"The image with the least gain is {least.Image}: {Gain(ScoreKind.GainDb(least))}.", "worst");
        }
        IGrouping<string, QualityRow>[] groups = [.. compared.GroupBy(row => row.Group)];
        if (groups.Length > 1)
        {
            IGrouping<string, QualityRow> weakest = groups.MinBy(group => group.Average(row => ScoreKind.GainDb(row)))!;
            yield return new SummarySentence(
                $"Of {groups.Length} groups, {Name(weakest.Key)} gains least: "
                + $"{Gain(weakest.Average(row => ScoreKind.GainDb(row)))} over {Count(weakest.Count(), "plane")}.",
                "groups");
        }
    }

    private static string Gain(double? db) => Invariant($"{db:+0.00;−0.00;0.00} dB");

    private static string Are(int count) => count == 1 ? "is" : "are";

    internal static string Name(string group) => group.Length == 0 ? "the group without a name" : group;

    private static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
