using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Planes;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>A pair of planes to train on.</summary>
/// <param name="Image">The image that they belong to.</param>
/// <param name="Input">Plane of the input.</param>
/// <param name="Target">Plane of the target.</param>
/// <param name="InputRange">Maps the input to 0 to 1.</param>
/// <param name="TargetRange">Maps the target to the scale of the normalised input.</param>
/// <param name="Structure">Null if patches are drawn from all places with equal probability.</param>
/// <param name="Pixels">Input and target, if memory holds them; else they are read from their files.</param>
internal sealed record TrainingPlane(
    PlannedImage Image, PlaneIndex Input, PlaneIndex Target, IntensityRange InputRange, IntensityRange TargetRange,
    StructureMap? Structure, (DecodedPlane Input, DecodedPlane Target)? Pixels);
