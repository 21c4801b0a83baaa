namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Distribution of one score over the planes of one group.</summary>
/// <param name="Channel">Null: all channels.</param>
/// <param name="Counts">Number of planes in each bin; bins have equal widths.</param>
internal sealed record DistributionRow(
    string Group,
    string Split,
    int? Channel,
    int Planes,
    double Mean,
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    IReadOnlyList<int> Counts);
