using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Designs;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Draws the number of fluorophores along a structure: Poisson numbers with a density that varies (log-normal, exponentially correlated),
/// as antibody labelling is uneven.
/// </summary>
/// <param name="perUnit">Mean fluorophores per <see cref="PairDesign.UnitUm"/>.</param>
/// <param name="spread">Standard deviation of the logarithm of the density.</param>
/// <param name="correlation">Distance over which the density is correlated, units.</param>
internal sealed class Labelling(double perUnit, double spread, double correlation)
{
    private double _state;
    private bool _started;

    /// <param name="step">Length of the next part of the structure, units.</param>
    public long Next(double step, ref SampleRandom random)
    {
        var kept = _started ? Math.Exp(-step / correlation) : 0;
        _started = true;
        _state = kept * _state + Math.Sqrt(1 - kept * kept) * random.NextGaussian();
        return random.NextPoisson(perUnit * step * Math.Exp(spread * _state - spread * spread / 2));
    }
}
