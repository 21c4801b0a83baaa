namespace SrBatch.Core.Quality;

/// <summary>
/// How many times its limit <c>out_of_distribution</c>, or the output's contradiction of its input, must be for a verdict of warn, and of
/// fail; 1 is what good unseen planes rarely exceed.
/// </summary>
public sealed record VerdictLimits
{
    public double WarnAbove { get; init; } = 1;
    public double FailAbove { get; init; } = 2;
}
