namespace SrBatch.Core.Trust;

/// <summary>The features of a plane, as measured by <see cref="PlaneFeatures"/>.</summary>
/// <param name="Features">In the order of <see cref="PlaneFeatures.All"/>.</param>
/// <param name="Variances">
/// Variance of each feature within the plane. While few planes are known, other planes are expected to vary alike.
/// </param>
public sealed record PlaneSample(double[] Features, double[] Variances);
