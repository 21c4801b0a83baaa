namespace SrBatch.Core.Manifests;

/// <summary>What the report scores. Manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    public static readonly IReadOnlyList<string> KnownMetrics = ["psnr", "ssim", "ms_ssim", "nrmse", "pearson", "rsp", "rse", "frc", "decorrelation", "input_snr"];

    /// <summary>Columns of others are null. What each takes: bench/results.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = KnownMetrics;

    public IEnumerable<string> Problems() =>
        Metrics.Except(KnownMetrics).Select(name => $"quality.metrics has '{name}'; must be of {string.Join(", ", KnownMetrics)}");
}
