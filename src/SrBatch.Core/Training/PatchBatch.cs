namespace SrBatch.Core.Training;

/// <summary>What one training step sees: square patches in C order (patch, row, column), intensities normalised.</summary>
/// <param name="Count">Number of patches.</param>
/// <param name="InputSide">Side of an input patch, pixels.</param>
/// <param name="TargetSide">Side of a target patch, pixels: the input's times the scale.</param>
/// <param name="Inputs">Count x InputSide x InputSide values.</param>
/// <param name="Targets">Count x TargetSide x TargetSide values.</param>
public sealed record PatchBatch(int Count, int InputSide, int TargetSide, float[] Inputs, float[] Targets)
{
    /// <summary>As many values as the targets: 1 for pixels that count, 0 for others. Null: all pixels count.</summary>
    public float[]? Mask { get; init; }
}
