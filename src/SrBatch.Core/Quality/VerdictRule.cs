using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Quality;

/// <summary>What is to be thought of a plane that is far from a model's training images: networks make a pretty image of anything.</summary>
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
        string reason = string.Create(CultureInfo.InvariantCulture, $"unlike the training images ({distance:0.0} times the limit): {string.Join(", ", UnusualFeatures.Words(novelty))}");
        // There is nothing to enhance, whatever the distance.
        return distance > options.FailAbove || UnusualFeatures.Empty(novelty) is not null ? row.Warned([reason]) with { Verdict = Verdict.Fail } : row.Warned([reason]);
    }
}
