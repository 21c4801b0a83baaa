using SrBatch.Core.Models;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Training;

/// <summary>Means over the validation planes, of all and by group; null where there was nothing to score.</summary>
/// <param name="PsnrDb">dB.</param>
/// <param name="Ssim">-1 to 1.</param>
/// <param name="Groups">The same by group.</param>
/// <param name="Samples">The first planes for people to look at; null when the scores come from a file.</param>
internal readonly record struct ValidationScores(double? PsnrDb, double? Ssim, IReadOnlyList<GroupScores> Groups, IReadOnlyList<ValidationSample>? Samples = null);
