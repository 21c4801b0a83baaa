namespace SrBatch.Core.Trust;

/// <summary>How well an output explains the input it was made from.</summary>
/// <param name="Rsp">Correlation of the blurred output and the input, -1 to 1.</param>
/// <param name="Contradiction">The largest local difference of the two, in ordinary deviations.</param>
/// <param name="Row">Where that is, output pixels of the plane.</param>
/// <param name="Column">Likewise.</param>
/// <param name="IsInvented">Whether the output shows there what the input does not; else it lacks what the input shows.</param>
/// <param name="Disagreement">How far outputs of the input in all orientations differ, as a share of the output's contrast; null when there is one alone.</param>
public sealed record PlaneConsistency(double Rsp, double Contradiction, long Row, long Column, bool IsInvented, double? Disagreement = null)
{
    /// <summary>What the blurred output does not explain, 0 to 2; images without any noise have nearly nothing.</summary>
    public double Unexplained => Math.Max(1 - Rsp, 1e-6);
}
