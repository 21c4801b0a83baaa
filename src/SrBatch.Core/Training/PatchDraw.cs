namespace SrBatch.Core.Training;

/// <summary>One patch of one step.</summary>
/// <param name="Plane">Index into the list of training planes.</param>
/// <param name="Row">First row, input pixels.</param>
/// <param name="Column">First column, input pixels.</param>
/// <param name="Orientation">0 to 7, an element of the square's symmetry group: see <see cref="SquarePatch"/>.</param>
public readonly record struct PatchDraw(int Plane, long Row, long Column, int Orientation);
