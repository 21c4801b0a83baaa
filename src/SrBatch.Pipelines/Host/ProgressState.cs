namespace SrBatch.Pipelines.Host;

/// <summary>How far a piece of work has come.</summary>
/// <param name="Work">Its name in one or two words, e.g. <c>train</c>.</param>
/// <param name="Unit">What is counted, in the plural, e.g. <c>steps</c>.</param>
/// <param name="Done">In units, 0 to <paramref name="Total"/>.</param>
/// <param name="Total">In units.</param>
/// <param name="PerSecond">Units per second since the work began; null before the first one.</param>
public readonly record struct ProgressState(string Work, string Unit, double Done, double Total, double? PerSecond)
{
    /// <summary>0 to 1.</summary>
    public double Share => Total > 0 ? Math.Clamp(Done / Total, 0, 1) : 1;

    /// <summary>At the rate so far; null while there is none, or when it would be longer than a year.</summary>
    public TimeSpan? TimeLeft => Math.Max(0, Total - Done) / PerSecond is { } seconds && seconds < 365 * 24 * 3600.0
        ? TimeSpan.FromSeconds(seconds)
        : null;
}
