using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Trust;

namespace SrBatch.Core.Quality;

/// <summary>What is to be thought of a plane. Worst of its reasons; pass without any.</summary>
public static class VerdictRule
{
    /// <param name="novelty">How far the input is from the model's training; null where the model does not tell, or the plane is too small.</param>
    /// <param name="warnings">What else is wrong with it, each enough for <see cref="Verdict.Warn"/>.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The verdict, and why it is not pass, in words.</returns>
    public static (Verdict Verdict, string? Reasons) Of(PlaneNovelty? novelty, IReadOnlyList<string> warnings, QualityOptions options)
    {
        double distance = novelty?.OutOfDistribution ?? 0;
        Verdict verdict = distance > options.FailAbove ? Verdict.Fail : distance > options.WarnAbove || warnings.Count > 0 ? Verdict.Warn : Verdict.Pass;
        string[] reasons =
        [
            .. distance > options.WarnAbove
                ? [string.Create(CultureInfo.InvariantCulture, $"unlike the training images ({distance:0.0} times the limit): {string.Join(", ", UnusualFeatures.Words(novelty!))}")]
                : Array.Empty<string>(),
            .. warnings,
        ];
        return (verdict, reasons.Length > 0 ? string.Join("; ", reasons) : null);
    }
}
