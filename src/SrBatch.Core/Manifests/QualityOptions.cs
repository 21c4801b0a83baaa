namespace SrBatch.Core.Manifests;

/// <summary>What the report scores. Manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    public static readonly IReadOnlyList<string> KnownMetrics = ["psnr", "ssim", "nrmse", "pearson", "ms_ssim", "rsp", "rse", "frc", "decorrelation"];

    /// <summary>Those that this version computes, always all of them.</summary>
    public static readonly IReadOnlyList<string> ComputedMetrics = ["psnr", "ssim", "nrmse", "pearson"];

    public IReadOnlyList<string> Metrics { get; init; } = ComputedMetrics;

    public IEnumerable<string> Problems() =>
        Metrics.Except(KnownMetrics).Select(name => $"quality.metrics has '{name}'; must be of {string.Join(", ", KnownMetrics)}");
}
