using SrBatch.Core.Planning;
using SrBatch.Core.Registration;
using SrBatch.Torch.Registration;

namespace SrBatch.Pipelines.Registration;

/// <summary>The result of registering a pair.</summary>
/// <param name="Pair">The pair as planned.</param>
/// <param name="Geometry">Sizes of its planes.</param>
/// <param name="Field">The part of the input that both images show.</param>
/// <param name="Moved">The planes and their maps.</param>
/// <param name="Rows">Rows of the table, one for each t and c.</param>
internal sealed record AlignedPair(
    PlannedImage Pair,
    PairGeometry Geometry,
    FieldRectangle Field,
    IReadOnlyList<MovedPlanes> Moved,
    IReadOnlyList<RegistrationRow> Rows)
{
    public PlannedDataset Input => Pair.Input!;
}
