using SrBatch.Core.Models;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Training.Validation;

/// <summary>Means over the validation planes; null if there was nothing to score.</summary>
/// <param name="PsnrDb">dB.</param>
/// <param name="Ssim">-1 to 1.</param>
/// <param name="Groups">The same by group.</param>
internal sealed record ValidationScores(double? PsnrDb, double? Ssim, IReadOnlyList<GroupScores> Groups)
{
    /// <summary>Planes that could not be read this time. Scores of different planes must not be compared.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>The first planes for people to look at, on rank 0.</summary>
    public IReadOnlyList<ValidationSample> Samples { get; init; } = [];

    /// <summary>Number of planes that were scored.</summary>
    public int Scored => Groups.Sum(group => group.Planes);
}
