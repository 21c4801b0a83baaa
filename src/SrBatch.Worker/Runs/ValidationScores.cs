using SrBatch.Core.Models;

namespace SrBatch.Worker.Runs;

/// <summary>Means over the validation planes, of all and by group; null where there was nothing to score.</summary>
internal readonly record struct ValidationScores(double? PsnrDb, double? Ssim, IReadOnlyList<GroupScores> Groups);
