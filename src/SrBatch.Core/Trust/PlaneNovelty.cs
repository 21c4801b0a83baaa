namespace SrBatch.Core.Trust;

/// <summary>How far a plane is from what a model was trained on.</summary>
/// <param name="OutOfDistribution">1 is what good unseen planes rarely exceed.</param>
/// <param name="Kind">The nearest kind.</param>
/// <param name="Features">The plane's.</param>
/// <param name="Standard">The same as deviations from the kind's mean, in standard deviations.</param>
public sealed record PlaneNovelty(double OutOfDistribution, InputKind Kind, double[] Features, double[] Standard);
