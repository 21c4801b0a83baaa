namespace SrBatch.Core.Trust;

/// <summary>A plane that a model learns its inputs from.</summary>
/// <param name="Group">Of its image.</param>
/// <param name="Channel">Index of the input's channel; null where inputs have no such axis.</param>
/// <param name="Image">Planes of an image are held out together.</param>
/// <param name="IsTraining">False: of the validation split, held out always.</param>
/// <param name="Sample">What it looks like.</param>
public sealed record KnownPlane(string Group, long? Channel, string Image, bool IsTraining, PlaneSample Sample);
