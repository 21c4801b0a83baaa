namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>One score over the planes of one group.</summary>
/// <param name="Channel">Null: all, or there is only one.</param>
/// <param name="Counts">Planes in each of equally wide bins.</param>
internal sealed record DistributionRow(
    string Group, string Split, int? Channel, int Planes, double Mean, double LowerQuartile, double Median, double UpperQuartile, IReadOnlyList<int> Counts);
