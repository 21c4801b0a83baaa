using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planes;

namespace SrBatch.Pipelines.Scoring;

/// <summary>Judges how far planes are from those that a model was trained on.</summary>
/// <param name="models">Of several, the one that knows a plane least decides: its output is part of the mean.</param>
/// <param name="limits">Of the distance.</param>
internal sealed class PlaneTrust(ModelSet models, VerdictLimits limits)
{
    private readonly InputDistribution[] _known = [.. models.Models.Select(model => model.Inputs).OfType<InputDistribution>()];

    /// <summary>How the models see intensities.</summary>
    public IntensityRule Intensities { get; } = models.Models[0].Intensities;

    /// <param name="row">The plane's row so far.</param>
    /// <param name="input">The image.</param>
    /// <param name="plane">Which plane of it.</param>
    /// <param name="map">Tells how the network sees the plane's intensities; called only if the models know their training images.</param>
    /// <returns>The row with the distance, and if that is above a limit with the verdict and its reasons.</returns>
    public QualityRow Judge(QualityRow row, KeptSource input, PlaneIndex plane, Func<IntensityMap> map)
    {
        if (_known.Length == 0)
        {
            return row;
        }
        IntensityMap seen = map();
        PlaneSample? crops = input.Use(source => PlaneCrops.Measure(
            source.Dataset,
            seen,
            (row, column, rows, columns, destination) => source.Read(plane, row, column, rows, columns, destination)));
        return crops is null
            ? row
            : VerdictRule.Judge(row, _known.Select(inputs => inputs.Judge(crops)).MaxBy(novelty => novelty.OutOfDistribution), limits);
    }
}
