using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Quality;

/// <summary>What is to be thought of a plane that is far from a model's training images, or whose output contradicts its input: networks make a pretty image of anything.</summary>
public static class VerdictRule
{
    /// <param name="row">The plane's, with whatever else is known of it.</param>
    /// <param name="novelty">How far its input is from the training images; null where the model does not tell, or the plane is too small: then nothing changes.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The row with the distance; above a limit with a reason in words, and a verdict that is at least as bad as before.</returns>
    public static QualityRow Judge(QualityRow row, PlaneNovelty? novelty, QualityOptions options)
    {
        if (novelty is null)
        {
            return row;
        }
        double distance = novelty.OutOfDistribution;
        row = row with { OutOfDistribution = distance };
        if (distance <= options.WarnAbove)
        {
            return row;
        }
        string reason = string.Create(CultureInfo.InvariantCulture, $"unlike the training images ({distance:0.0} times the limit): {string.Join(", ", UnusualFeatures.Reasons(novelty))}");
        // There is nothing to enhance, whatever the distance.
        return distance > options.FailAbove || UnusualFeatures.EmptyReason(novelty) is not null ? row.Warned([reason]) with { Verdict = Verdict.Fail } : row.Warned([reason]);
    }

    /// <param name="row">The plane's, with whatever else is known of it.</param>
    /// <param name="plane">How well its output explains its input; null when that could not be told: then nothing changes.</param>
    /// <param name="good">How well good outputs of the model do; null when the model does not tell.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The row; above a limit with reasons in words, and a verdict that is at least as bad as before.</returns>
    public static QualityRow Judge(QualityRow row, PlaneConsistency? plane, OutputConsistency? good, QualityOptions options)
    {
        if (plane is null || good is null)
        {
            return row;
        }
        double unexplained = plane.Unexplained / good.UnexplainedLimit, contradiction = plane.Contradiction / good.ContradictionLimit, disagreement = plane.Disagreement / good.DisagreementLimit ?? 0;
        var reasons = new List<string>();
        if (unexplained > options.WarnAbove)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the output does not explain its input: RSP {plane.Rsp:0.000}, of good ones at least {1 - good.UnexplainedLimit:0.000}"));
        }
        if (contradiction > options.WarnAbove)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the output {(plane.IsInvented ? "shows what its input does not" : "lacks what its input shows")} at row {plane.Row}, column {plane.Column} ({contradiction:0.0} times the limit)"));
        }
        if (disagreement > options.WarnAbove)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"flipped and turned, the input gives other outputs: they differ by {plane.Disagreement:P1} of the contrast, of good ones by at most {good.DisagreementLimit:P1}"));
        }
        row = row.Warned(reasons);
        return Math.Max(Math.Max(unexplained, contradiction), disagreement) > options.FailAbove ? row with { Verdict = Verdict.Fail } : row;
    }
}
