using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Scoring;

/// <summary>How far the planes that a model enhances are from those it was trained on.</summary>
/// <param name="models">Of several, the one that knows a plane least decides: it has its part in the mean.</param>
/// <param name="options">How far they may be.</param>
/// <param name="reading">How images are opened.</param>
internal sealed class PlaneTrust(ModelSet models, QualityOptions options, Hdf5ReadOptions reading)
{
    private readonly InputDistribution[] _known = [.. models.Models.Select(model => model.Inputs).OfType<InputDistribution>()];
    private readonly IntensityRule _rule = models.Models[0].Intensities;

    /// <param name="row">The plane's row so far.</param>
    /// <param name="dataset">The input.</param>
    /// <param name="index">The plane.</param>
    /// <param name="map">How the network saw the plane's intensities; null where an earlier attempt enhanced it.</param>
    /// <returns>The row with the distance, and where that is too long with the verdict and its reasons.</returns>
    public QualityRow Judge(QualityRow row, PlannedDataset dataset, PlaneIndex index, IntensityMap? map) =>
        _known.Length == 0 || Measure(dataset, index, map) is not { } sample
            ? row
            : VerdictRule.Judge(row, _known.Select(inputs => inputs.Judge(sample)).MaxBy(novelty => novelty.OutOfDistribution), options);

    /// <summary>Reads the plane's crops anew: what an earlier attempt enhanced is not in memory, and the answer must be the same.</summary>
    private PlaneSample? Measure(PlannedDataset dataset, PlaneIndex index, IntensityMap? map) => reading.Retry.Run(() =>
    {
        using var source = new PlaneSource(dataset, reading);
        IntensityMap seen = map ?? _rule.Map(source.Statistics(
            _rule.IsByChannel ? [.. dataset.Planes().Where(other => other.C == index.C)] : [index], CancellationToken.None));
        return PlaneCrops.Measure(
            dataset, seen, (row, column, rows, columns, destination) => source.Read(index, row, column, rows, columns, destination));
    });
}
