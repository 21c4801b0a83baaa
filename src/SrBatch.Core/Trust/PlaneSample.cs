namespace SrBatch.Core.Trust;

/// <summary>A plane as <see cref="PlaneFeatures"/> sees it.</summary>
/// <param name="Features">In the order of <see cref="PlaneFeatures.All"/>.</param>
/// <param name="Variances">How much each varies within the plane: what is expected of other planes while few are known.</param>
public sealed record PlaneSample(double[] Features, double[] Variances);
