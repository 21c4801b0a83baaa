namespace SrBatch.Core.Models;

/// <summary>Means over the validation planes of one group.</summary>
/// <param name="Group">As in the manifest.</param>
/// <param name="Planes">Scored; at least 1.</param>
/// <param name="PsnrDb">Null when no plane has one.</param>
/// <param name="Ssim">Null when no plane has one.</param>
public sealed record GroupScores(string Group, int Planes, double? PsnrDb, double? Ssim);
