using System.Globalization;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Quality;

/// <summary>
/// Judges planes that are far from a model's training images, or whose output contradicts its input: networks make a pretty image of
/// anything.
/// </summary>
public static class VerdictRule
{
    private const string Unlike = "unlike the training images", Beyond = "values beyond the limits of";

    /// <summary>How the reasons begin that come from comparing an output with its input.</summary>
    private const string Explains = "the output does not explain its input";
    private const string Invents = "the output shows what its input does not";
    private const string Lacks = "the output lacks what its input shows";
    private const string Disagrees = "flipped and turned, the input gives other outputs";

    /// <summary>Between the distance and the words of <see cref="UnusualFeatures.EmptyReason"/>.</summary>
    private const string IsEmpty = "): empty: ";

    /// <summary>The reason for an output whose type cannot hold all its values.</summary>
    /// <param name="values">How many it cannot hold.</param>
    /// <param name="type">As numpy names it.</param>
    public static string BeyondLimits(long values, string type) => $"{values} {Beyond} {type} were set to them";

    /// <summary>Warns of pixels that are not in the file.</summary>
    /// <param name="row">The plane's row so far.</param>
    /// <param name="name">E.g. <c>input</c>.</param>
    /// <param name="missing">Pixels of the plane that were never written.</param>
    /// <param name="pixels">All its pixels.</param>
    /// <returns>The row; if no pixel was written, its verdict is fail.</returns>
    public static QualityRow NeverWritten(QualityRow row, string name, long missing, long pixels)
    {
        if (missing == 0)
        {
            return row;
        }
        row = row.Warned([Text($"{name}: {missing} of {pixels} pixels ({(double)missing / pixels:P1}) were never written")]);
        return missing < pixels ? row : row with { Verdict = Verdict.Fail };
    }

    /// <param name="row">The plane's, with whatever else is known of it.</param>
    /// <param name="novelty">
    /// How far its input is from the training images; null if the model has no record of them, or the plane is too small: then nothing
    /// changes.
    /// </param>
    /// <param name="limits">Of the distance.</param>
    /// <returns>The row with the distance; above a limit with a reason in words, and a verdict that is at least as bad as before.</returns>
    public static QualityRow Judge(QualityRow row, PlaneNovelty? novelty, VerdictLimits limits)
    {
        if (novelty is null)
        {
            return row;
        }
        double distance = novelty.OutOfDistribution;
        row = row with { OutOfDistribution = distance };
        if (distance <= limits.WarnAbove)
        {
            return row;
        }
        string reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{Unlike} ({distance:0.0} times the limit): {string.Join(", ", UnusualFeatures.Reasons(novelty))}");
        // There is nothing to enhance, whatever the distance.
        bool fails = distance > limits.FailAbove || UnusualFeatures.EmptyReason(novelty) is not null;
        row = row.Warned([reason]);
        return fails ? row with { Verdict = Verdict.Fail } : row;
    }

    /// <summary>
    /// Keeps what only inference knows of a plane whose output is scored again: how far its input is from the training images, and lost
    /// values.
    /// </summary>
    /// <param name="row">The plane's new row.</param>
    /// <param name="before">Its row so far.</param>
    /// <param name="limits">Of the distance.</param>
    /// <param name="isJudgedAgain">
    /// Whether the output is judged again by how well it explains its input; if not, for want of limits, what inference said of that stays.
    /// </param>
    /// <returns>The row with the distance, and with the reasons and the verdict that do not depend on the scores.</returns>
    public static QualityRow Keep(QualityRow row, QualityRow before, VerdictLimits limits, bool isJudgedAgain)
    {
        string[] reasons =
        [
            .. (before.Reasons ?? "").Split(QualityRow.ReasonSeparator)
                .Where(reason => reason.StartsWith(Unlike, StringComparison.Ordinal)
                    || reason.Contains(Beyond, StringComparison.Ordinal)
                    || (!isJudgedAgain && IsOfConsistency(reason))),
        ];
        row = (row with { OutOfDistribution = before.OutOfDistribution }).Warned(reasons);
        bool isEmpty = reasons.Any(reason => reason.Contains(IsEmpty, StringComparison.Ordinal));
        bool failed = !isJudgedAgain && before.Verdict == Verdict.Fail && reasons.Any(IsOfConsistency);
        bool fails = before.OutOfDistribution > limits.FailAbove || isEmpty || failed;
        return fails ? row with { Verdict = Verdict.Fail } : row;
    }

    /// <param name="row">The plane's, with whatever else is known of it.</param>
    /// <param name="plane">How well its output explains its input; null if that is not known: then nothing changes.</param>
    /// <param name="good">How well good outputs of the model do; null if the model has no record of that.</param>
    /// <param name="limits">Multiples of what good outputs have.</param>
    /// <returns>The row; above a limit with reasons in words, and a verdict that is at least as bad as before.</returns>
    public static QualityRow Judge(QualityRow row, PlaneConsistency? plane, OutputConsistency? good, VerdictLimits limits)
    {
        if (plane is null || good is null)
        {
            return row;
        }
        double unexplained = plane.Unexplained / good.UnexplainedLimit, contradiction = plane.Contradiction / good.ContradictionLimit;
        double disagreement = plane.Disagreement / good.DisagreementLimit ?? 0;
        var reasons = new List<string>();
        if (unexplained > limits.WarnAbove)
        {
            string least = Text($"of good ones at least {1 - good.UnexplainedLimit:0.000}");
            reasons.Add(Text($"{Explains}: RSP {plane.Rsp:0.000}, {least}"));
        }
        if (contradiction > limits.WarnAbove)
        {
            string what = plane.IsInvented ? Invents : Lacks;
            reasons.Add(Text($"{what} at row {plane.Row}, column {plane.Column} ({contradiction:0.0} times the limit)"));
        }
        if (disagreement > limits.WarnAbove)
        {
            string limit = Text($"of good ones by at most {good.DisagreementLimit:P1}");
            string found = Text($"they differ by {plane.Disagreement:P1} of the contrast");
            reasons.Add($"{Disagrees}: {found}, {limit}");
        }
        row = row.Warned(reasons);
        return Math.Max(Math.Max(unexplained, contradiction), disagreement) > limits.FailAbove ? row with { Verdict = Verdict.Fail } : row;
    }

    private static bool IsOfConsistency(string reason) =>
        Array.Exists([Explains, Invents, Lacks, Disagrees], start => reason.StartsWith(start, StringComparison.Ordinal));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
