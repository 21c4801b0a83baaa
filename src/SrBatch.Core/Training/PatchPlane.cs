namespace SrBatch.Core.Training;

/// <summary>A plane that patches are drawn from.</summary>
/// <param name="Height">Input pixels.</param>
/// <param name="Width">Input pixels.</param>
/// <param name="Structure">Needed if patches are drawn by structure.</param>
public readonly record struct PatchPlane(long Height, long Width, StructureMap? Structure = null);
