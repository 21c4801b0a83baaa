namespace SrBatch.Core.Manifests;

/// <summary>What the report scores; manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    public static readonly IReadOnlyList<string> KnownMetrics =
        ["psnr", "ssim", "ms_ssim", "nrmse", "pearson", "rsp", "rse", "frc", "decorrelation", "input_snr"];

    /// <summary>Metrics to compute. The columns of the others are null. bench/results has the time each takes.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = KnownMetrics;

    /// <summary>
    /// A plane's verdict is warn above this, for <c>out_of_distribution</c> and for the contradiction between output and input. Both are
    /// given as multiples of a limit that good unseen planes rarely exceed.
    /// </summary>
    public double WarnAbove { get; init; } = 1;

    /// <summary>A plane's verdict is fail above this; see <see cref="WarnAbove"/>.</summary>
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
