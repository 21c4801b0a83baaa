namespace SrBatch.Torch.Metrics;

/// <summary>Means over the pixels of two planes where the window lies within the plane; each is -1 to 1.</summary>
/// <param name="Ssim">Mean structural similarity.</param>
/// <param name="ContrastStructure">Mean of it without its luminance term: (2 covariance + C2) / (sum of the variances + C2).</param>
internal readonly record struct SimilarityMeans(double Ssim, double ContrastStructure);
