using SrBatch.Core.Quality;

namespace SrBatch.Core.Manifests;

/// <summary>What the report scores; manifest key <c>quality</c>.</summary>
public sealed record QualityOptions
{
    private static readonly VerdictLimits Usual = new();

    public static IReadOnlyList<string> KnownMetrics => MetricTable.Names;

    /// <summary>Metrics to compute. The columns of the others are null. bench/results has the time each takes.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = KnownMetrics;

    /// <inheritdoc cref="VerdictLimits"/>
    public double WarnAbove { get; init; } = Usual.WarnAbove;

    /// <inheritdoc cref="VerdictLimits"/>
    public double FailAbove { get; init; } = Usual.FailAbove;

    /// <summary>Both limits together.</summary>
    public VerdictLimits Limits() => new() { WarnAbove = WarnAbove, FailAbove = FailAbove };

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
