using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;
using SrBatch.Storage.Hdf5;

namespace SrBatch.Worker.Runs;

/// <summary>How far the planes that a model enhances are from those it was trained on.</summary>
/// <param name="models">Of several, the one that knows a plane least decides: it has its part in the mean.</param>
/// <param name="options">How far they may be.</param>
/// <param name="reading">How images are opened.</param>
internal sealed class PlaneTrust(ModelSet models, QualityOptions options, Hdf5ReadOptions reading)
{
    private readonly InputDistribution[] _known = [.. models.Models.Select(model => model.Inputs).OfType<InputDistribution>()];
    private readonly IntensityRule _rule = models.Models[0].Intensities;

    /// <returns>The row with the distance, and where that is too long with the verdict and its reasons.</returns>
    public QualityRow Judge(QualityRow row, ImageWork work, int plane) => _known.Length == 0 || Measure(work, plane) is not { } sample
        ? row
        : VerdictRule.Judge(row, _known.Select(inputs => inputs.Judge(sample)).MaxBy(novelty => novelty.OutOfDistribution), options);

    /// <summary>Reads the plane's crops anew: what an earlier attempt enhanced is not in memory, and the answer must be the same.</summary>
    private PlaneSample? Measure(ImageWork work, int plane)
    {
        PlannedDataset dataset = work.Image.Input!;
        PlaneIndex index = work.Planes[plane].Input;
        return reading.Retry.Run(() =>
        {
            using var source = new PlaneSource(dataset, reading);
            IntensityMap map = work.Maps[plane] ??= _rule.Map(source.Statistics(
                _rule.IsByChannel ? [.. dataset.Planes().Where(other => other.C == index.C)] : [index], CancellationToken.None));
            return PlaneCrops.Measure(dataset, map, (row, column, rows, columns, destination) => source.Read(index, row, column, rows, columns, destination));
        });
    }
}
