using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Planes;

/// <summary>
/// Finds how a network sees the intensities of an image's planes. Statistics of a channel are gathered once, if its planes are asked for
/// one after another.
/// </summary>
internal sealed class IntensityMaps(IntensityRule rule, KeptSource source)
{
    private (PlaneIndex Key, IntensityMap Map)? _last;

    /// <exception cref="Core.Errors.SrBatchException">Exit code 65: the plane cannot be read, or holds no finite value.</exception>
    public IntensityMap Of(PlaneIndex plane, CancellationToken stop = default)
    {
        PlaneIndex key = rule.IsByChannel ? new PlaneIndex(0, plane.C, 0) : plane;
        if (_last is { } last && last.Key == key)
        {
            return last.Map;
        }
        PlaneIndex[] together = rule.IsByChannel ? [.. source.Dataset.Planes().Where(other => other.C == plane.C)] : [plane];
        IntensityMap map = source.Use(open => rule.Map(open.Statistics(together, stop)), stop);
        _last = (key, map);
        return map;
    }
}
