using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Trust;

/// <summary>The inputs of a model trained on filaments; made once for all tests.</summary>
public sealed class FilamentInputs
{
    public IReadOnlyList<KnownPlane> Planes { get; } =
    [
        .. Enumerable.Range(0, 20).Select(image => SeenPlanes.Known("filaments", image, isTraining: image < 16)),
    ];

    public InputDistribution Inputs => field ??= InputDistribution.Fit(Planes)!;
}
