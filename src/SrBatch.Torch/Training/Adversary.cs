using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>
/// The discriminator with its parameters and moments. It learns to tell targets from generated images, and judges these for the generator.
/// </summary>
internal sealed class Adversary : IDisposable
{
    private readonly Discriminator _discriminator = new();
    private readonly FlatParameters _parameters;
    private readonly Adam _adam;
    private readonly double _gradientClip;
    private readonly ICollective _ranks;
    private bool _isProven;

    internal nn.Module Network => _discriminator;

    public Adversary(double gradientClip, Device device, ICollective ranks)
    {
        _gradientClip = gradientClip;
        _ranks = ranks;
        _discriminator.to(device);
        _parameters = new FlatParameters(_discriminator);
        _adam = new Adam(_parameters);
    }

    /// <summary>One update.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="update">The discriminator's updates so far including this one, and their learning rate.</param>
    /// <param name="real_B1HW">Targets, in one or several pieces.</param>
    /// <param name="fake_B1HW">As many generated images in as many pieces.</param>
    /// <param name="shares">The part of the step's patches that each piece is.</param>
    /// <param name="progress">Learns when the update can no longer be tried again.</param>
    /// <returns>This rank's part of the loss before the update.</returns>
    /// <exception cref="SrBatchException">Exit code 65: the gradient is not finite.</exception>
    public double Learn(
        int step, (int Number, double Rate) update, Tensor[] real_B1HW, Tensor[] fake_B1HW, double[] shares, StepProgress progress)
    {
        using var gradient = enable_grad();
        _parameters.Gradients.zero_();
        double sum = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            using var piece = NewDisposeScope();
            Tensor loss = Losses.Discriminator(_discriminator.call(real_B1HW[i]), _discriminator.call(fake_B1HW[i].detach()));
            loss.Times(shares[i]).backward();
            sum += shares[i] * loss.Value();
        }
        if (!_isProven)
        {
            _parameters.RequireIntact();
            _isProven = true;
        }
        progress.IsUpdating = true;
        _ranks.Sum(_parameters.Gradients);
        GradientCheck.RequireFinite(_parameters, step, "discriminator");
        _parameters.ClipGradients(_gradientClip);
        _adam.Step(update.Number, update.Rate);
        progress.IsUpdating = false;
        return sum;
    }

    /// <inheritdoc cref="Convolution.ComputeIn"/>
    public void ComputeIn(ScalarType type) => Convolution.ComputeIn(_discriminator, type);

    /// <returns>-log D(G(x)); has gradients for the images only, which saves those of the discriminator's weights.</returns>
    public Tensor Judge(Tensor fake_B1HW)
    {
        _parameters.RequireGradients(false);
        Tensor judged = Losses.Adversarial(_discriminator.call(fake_B1HW));
        _parameters.RequireGradients(true);
        return judged;
    }

    /// <summary>Weights and moments, in flat tensors.</summary>
    public IEnumerable<Tensor> State() => [_parameters.Values, .. _adam.State()];

    public IEnumerable<WeightArray> Export() =>
        _parameters.Export(_parameters.Values, "discriminator.").Concat(_adam.Export("discriminator_adam."));

    public void Import(IReadOnlyDictionary<string, WeightArray> arrays, string where)
    {
        _parameters.Import(_parameters.Values, "discriminator.", arrays, where);
        _adam.Import("discriminator_adam.", arrays, where);
    }

    public void Dispose()
    {
        _adam.Dispose();
        _parameters.Dispose();
        _discriminator.Dispose();
    }
}
