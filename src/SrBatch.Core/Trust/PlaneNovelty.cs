namespace SrBatch.Core.Trust;

/// <summary>How much a plane differs from a model's training planes.</summary>
/// <param name="OutOfDistribution">Good planes that were not used for training rarely exceed 1.</param>
/// <param name="Kind">The nearest kind of training planes.</param>
/// <param name="Features">The plane's features.</param>
/// <param name="Standardised">The same features as deviations from the kind's mean, in standard deviations.</param>
public sealed record PlaneNovelty(double OutOfDistribution, InputKind Kind, double[] Features, double[] Standardised);
