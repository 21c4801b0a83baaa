using SrBatch.Core.Weights;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) over flat parameters. Its steps are scaled by layer (<see cref="FlatParameters.StepScale"/>), and
/// shortened when a gradient is much larger than those before it (update clipping, Wortsman et al. 2023, arXiv 2304.13013): one strange
/// batch then cannot throw the weights far off, whatever the scale of the loss. Moments are saved under PyTorch's names, exp_avg and
/// exp_avg_sq.
/// </summary>
internal sealed class Adam(FlatParameters parameters) : IDisposable
{
    // 0.99 where PyTorch has 0.999: gradients shrink a thousandfold in the first thousand steps, and a second moment that remembers the
    // last hundred follows them. 1800 steps of 4 patches on real pairs: 33.6 to 34.0 dB on the validation fields (docs/results.md).
    private const double Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8;
    private readonly Tensor _mean = zeros_like(parameters.Values).DetachFromDisposeScope();
    private readonly Tensor _square = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <param name="step">Updates so far including this one, from 1; the bias correction of the moments needs no other state.</param>
    public void Step(int step, double learningRate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor gradient = parameters.Gradients;
        _mean.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
        _square.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
        // The root has no bias correction, which saves a pass over memory; the factors around it have it instead.
        double correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        Tensor root = _square.sqrt().PlusInPlace(Epsilon * correction);
        double surprise = (gradient / root).norm().Value() * correction / Math.Sqrt(gradient.NumberOfElements);
        double factor = learningRate / Math.Max(1, surprise) * correction / (1 - Math.Pow(Beta1, step));
        parameters.Values.PlusQuotientInPlace(_mean, root.div_(parameters.StepScale), -factor);
    }

    /// <summary>The moments, in the layout of the parameters.</summary>
    public IEnumerable<Tensor> State() => [_mean, _square];

    public IEnumerable<WeightArray> Export(string prefix) =>
        parameters.Export(_mean, $"{prefix}exp_avg.").Concat(parameters.Export(_square, $"{prefix}exp_avg_sq."));

    public void Import(string prefix, IReadOnlyDictionary<string, WeightArray> arrays, string where)
    {
        parameters.Import(_mean, $"{prefix}exp_avg.", arrays, where);
        parameters.Import(_square, $"{prefix}exp_avg_sq.", arrays, where);
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
