namespace SrBatch.Core.Trust;

/// <summary>How well an output explains its input.</summary>
/// <param name="Rsp">Correlation between the blurred output and the input, -1 to 1.</param>
/// <param name="Contradiction">Largest local difference between the two, in multiples of the ordinary deviation.</param>
/// <param name="Row">Row of the largest difference, output pixels of the plane.</param>
/// <param name="Column">Column of the largest difference, output pixels of the plane.</param>
/// <param name="IsInvented">True when the output has something there that the input does not show; false when it lacks something.</param>
/// <param name="Disagreement">
/// Difference between the outputs of all orientations of the input, as a share of the output's contrast; null when there is only one
/// orientation.
/// </param>
public sealed record PlaneConsistency(
    double Rsp,
    double Contradiction,
    long Row,
    long Column,
    bool IsInvented,
    double? Disagreement = null)
{
    /// <summary>
    /// 1 - RSP: the part of the input that the blurred output does not explain, 0 to 2. Nearly 0 for images without noise.
    /// </summary>
    public double Unexplained => Math.Max(1 - Rsp, 1e-6);
}
