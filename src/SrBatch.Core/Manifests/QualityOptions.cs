namespace SrBatch.Core.Manifests;

/// <summary>What the report scores. Manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    public static readonly IReadOnlyList<string> KnownMetrics = ["psnr", "ssim", "ms_ssim", "nrmse", "pearson", "rsp", "rse", "frc", "decorrelation", "input_snr"];

    /// <summary>Columns of others are null. What each takes: bench/results.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = KnownMetrics;

    /// <summary>
    /// Above how many times its limit <c>out_of_distribution</c>, or the output's contradiction of its input, makes a plane's verdict warn, and above which fail; 1 is
    /// what good unseen planes rarely exceed.
    /// </summary>
    public double WarnAbove { get; init; } = 1;
    public double FailAbove { get; init; } = 2;

    public IEnumerable<string> Problems()
    {
        foreach (string name in Metrics.Except(KnownMetrics))
        {
            yield return $"quality.metrics has '{name}'; must be of {string.Join(", ", KnownMetrics)}";
        }
        if (!(WarnAbove > 0 && double.IsFinite(WarnAbove)))
        {
            yield return FormattableString.Invariant($"quality.warnAbove is {WarnAbove}; must be above 0");
        }
        if (!(FailAbove >= WarnAbove && double.IsFinite(FailAbove)))
        {
            yield return FormattableString.Invariant($"quality.failAbove is {FailAbove}; must be at least quality.warnAbove, {WarnAbove}");
        }
    }
}
