namespace SrBatch.Worker.Runs;

/// <summary>Means over the validation planes; null where there was nothing to score.</summary>
internal readonly record struct ValidationScores(double? PsnrDb, double? Ssim);
