namespace SrBatch.Core.Models;

/// <summary>Mean scores over the validation planes of one group.</summary>
/// <param name="Group">As in the manifest.</param>
/// <param name="Planes">Number of planes scored, at least 1.</param>
/// <param name="PsnrDb">Null when no plane has a PSNR.</param>
/// <param name="Ssim">Null when no plane has an SSIM.</param>
public sealed record GroupScores(string Group, int Planes, double? PsnrDb, double? Ssim);
