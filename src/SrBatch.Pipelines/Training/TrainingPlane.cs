using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Planes;

namespace SrBatch.Pipelines.Training;

/// <summary>A pair of planes to train on.</summary>
/// <param name="Image">Where they come from.</param>
/// <param name="Input">Plane of the input.</param>
/// <param name="Target">Plane of the target.</param>
/// <param name="InputRange">Brings the input to 0 to 1.</param>
/// <param name="TargetRange">Brings the target to the normalised input's scale.</param>
/// <param name="Structure">Null when patches are drawn from all places alike.</param>
/// <param name="Pixels">The input's and the target's, where memory held them; else they are read from their files.</param>
internal sealed record TrainingPlane(
    PlannedImage Image, PlaneIndex Input, PlaneIndex Target, IntensityRange InputRange, IntensityRange TargetRange,
    StructureMap? Structure, (DecodedPlane Input, DecodedPlane Target)? Pixels);
