namespace SrBatch.Core.Manifests;

/// <summary>What the report scores. Manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    public static readonly IReadOnlyList<string> KnownMetrics = ["psnr", "ssim", "nrmse", "pearson", "ms_ssim", "rsp", "rse", "frc", "decorrelation"];

    public IReadOnlyList<string> Metrics { get; init; } = ["psnr", "ssim", "nrmse", "pearson"];

    public IEnumerable<string> Problems() =>
        Metrics.Except(KnownMetrics).Select(name => $"quality.metrics has '{name}'; must be of {string.Join(", ", KnownMetrics)}");
}
