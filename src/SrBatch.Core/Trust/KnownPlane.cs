namespace SrBatch.Core.Trust;

/// <summary>A plane used to fit an <see cref="InputDistribution"/>.</summary>
/// <param name="Group">Group of its image.</param>
/// <param name="Channel">Index of the input's channel; null when inputs have no channel axis.</param>
/// <param name="Image">Id of its image. The planes of an image are held out together.</param>
/// <param name="IsTraining">True for the training split. False for the validation split, which is always held out.</param>
/// <param name="Sample">The plane's features.</param>
public sealed record KnownPlane(string Group, long? Channel, string Image, bool IsTraining, PlaneSample Sample);
