using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A run in a few sentences.</summary>
/// <param name="Sentences">How many images, how good, in this order.</param>
/// <param name="LookFirst">What deserves a look before the images are believed, most urgent first; empty when nothing does.</param>
internal sealed record RunSummary(IReadOnlyList<SummarySentence> Sentences, IReadOnlyList<SummarySentence> LookFirst)
{
    /// <param name="rows">Merged: each plane once, failed images as one row.</param>
    /// <param name="left">Not done yet.</param>
    public static RunSummary Of(IReadOnlyList<QualityRow> rows, IReadOnlyList<PlannedImage> left)
    {
        QualityRow[] planes = [.. rows.Where(row => row.Width is not null)];
        QualityRow[] scored = [.. planes.Where(row => row.PsnrDb is not null)];
        return new RunSummary([Counts(rows, planes, scored, left), .. Quality(scored)], [.. Urgent(rows, scored, left)]);
    }

    /// <summary>An image's verdict is that of its worst plane.</summary>
    internal static int Images(IReadOnlyList<QualityRow> rows, Verdict verdict) => rows.GroupBy(row => row.Image).Count(image => image.Max(row => row.Verdict) == verdict);

    /// <summary>The planes that means are taken over: those of the test split, if there are any; validation took part in choosing the weights.</summary>
    internal static (string Of, IReadOnlyList<QualityRow> Planes) Judged(IReadOnlyList<QualityRow> scored)
    {
        QualityRow[] test = [.. scored.Where(row => row.Split == "test")];
        return test.Length > 0 ? (" of the test split", test) : (" with a target", scored);
    }

    private static SummarySentence Counts(IReadOnlyList<QualityRow> rows, QualityRow[] planes, QualityRow[] scored, IReadOnlyList<PlannedImage> left)
    {
        if (rows.Count == 0)
        {
            return new SummarySentence(left.Count == 0 ? "No image was to be enhanced." : $"None of {Count(left.Count, "image")} is done yet.");
        }
        int pass = Images(rows, Verdict.Pass), warn = Images(rows, Verdict.Warn), fail = Images(rows, Verdict.Fail);
        string targets = scored.Length == planes.Length ? "all with a target" : scored.Length == 0 ? "none with a target" : $"{Number(scored.Length)} with a target";
        string still = left.Count == 0 ? "" : $" {Count(left.Count, "image")} {(left.Count == 1 ? "is" : "are")} not done yet.";
        return new SummarySentence($"{Count(pass + warn + fail, "image")}: {Number(pass)} pass, {Number(warn)} warn, {Number(fail)} fail. {Count(planes.Length, "plane")} enhanced, {targets}.{still}", "planes");
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
            ? string.Create(CultureInfo.InvariantCulture, $", and SSIM is {compared.Average(row => row.Ssim):F3}, {Math.Abs(gainSsim):F3} {(gainSsim < 0 ? "below" : "above")} it")
            : "";
        yield return new SummarySentence(string.Create(CultureInfo.InvariantCulture,
            $"Over {Count(compared.Length, "plane")}{of}, PSNR is {compared.Average(row => row.PsnrDb):F2} dB on average, {Math.Abs(gain):F2} dB {(gain < 0 ? "below" : "above")} the upsampled input{ssim}."), "groups");
    }

    private static IEnumerable<SummarySentence> Urgent(IReadOnlyList<QualityRow> rows, QualityRow[] scored, IReadOnlyList<PlannedImage> left)
    {
        int failed = rows.Where(row => row.IsFailure).Select(row => row.Image).Distinct().Count(), refused = Images(rows, Verdict.Fail) - failed, warned = Images(rows, Verdict.Warn);
        if (failed > 0)
        {
            yield return new SummarySentence($"{Count(failed, "image")} failed: see why.", "failed");
        }
        if (refused > 0)
        {
            yield return new SummarySentence($"{Count(refused, "image")} {(refused == 1 ? "is" : "are")} not to be believed: {(refused == 1 ? "it was" : "they were")} enhanced, but the input is unlike what the model was trained on, or the output contradicts it.", "worst");
        }
        if (warned > 0)
        {
            IGrouping<string?, QualityRow> reason = rows.Where(row => row.Verdict == Verdict.Warn).GroupBy(row => row.Reasons).MaxBy(same => same.Count())!;
            yield return new SummarySentence($"{Count(warned, "image")} with a warning{(reason.Count() == rows.Count(row => row.Verdict == Verdict.Warn) ? "" : ", most often")}: {reason.Key}.", "planes");
        }
        QualityRow[] compared = [.. scored.Where(row => ScoreKind.GainDb(row) is not null)];
        int worse = compared.Count(row => ScoreKind.GainDb(row) < 0);
        if (worse > 0)
        {
            yield return new SummarySentence($"{Count(worse, "plane")} {(worse == 1 ? "is" : "are")} further from the target than the upsampled input.", "worst");
        }
        if (compared.MinBy(row => ScoreKind.GainDb(row)) is { } least)
        {
            yield return new SummarySentence(string.Create(CultureInfo.InvariantCulture, $"The least gain, {ScoreKind.GainDb(least):+0.00;−0.00;0.00} dB, is that of {least.Image}."), "worst");
        }
        string[] groups = [.. compared.Select(row => row.Group).Distinct()];
        if (groups.Length > 1)
        {
            IGrouping<string, QualityRow> weakest = compared.GroupBy(row => row.Group).MinBy(group => group.Average(row => ScoreKind.GainDb(row)))!;
            yield return new SummarySentence(string.Create(CultureInfo.InvariantCulture,
                $"Of {groups.Length} groups {Name(weakest.Key)} gains least: {weakest.Average(row => ScoreKind.GainDb(row)):+0.00;−0.00;0.00} dB over {Count(weakest.Count(), "plane")}."), "groups");
        }
        if (left.Count > 0)
        {
            yield return new SummarySentence($"{Count(left.Count, "image")} not done yet: this page is of an unfinished run.", "failed");
        }
    }

    internal static string Name(string group) => group.Length == 0 ? "the group without a name" : group;

    private static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
