using SrBatch.Core.Models;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>The discriminator with its parameters and moments: learns to tell targets from generated images, and judges the latter for the generator.</summary>
internal sealed class Adversary : IDisposable
{
    private readonly Discriminator _discriminator = new();
    private readonly FlatParameters _parameters;
    private readonly Adam _adam;
    private readonly double _gradientClip;
    private readonly ICollective _ranks;
    private bool _isProven;

    public Adversary(double gradientClip, Device device, ICollective ranks)
    {
        _gradientClip = gradientClip;
        _ranks = ranks;
        _discriminator.to(device);
        _parameters = new FlatParameters(_discriminator);
        _adam = new Adam(_parameters);
    }

    /// <summary>One update.</summary>
    /// <param name="update">Updates so far including this one, from 1.</param>
    /// <param name="learningRate">Of this update.</param>
    /// <param name="real_B1HW">Targets.</param>
    /// <param name="fake_B1HW">Generated images, cut from the generator's graph.</param>
    /// <param name="share">See <see cref="Trainer.Step"/>.</param>
    /// <returns>This rank's loss before the update.</returns>
    public double Learn(int update, double learningRate, Tensor real_B1HW, Tensor fake_B1HW, double share)
    {
        _parameters.Gradients.zero_();
        Tensor loss = Losses.Discriminator(_discriminator.call(real_B1HW), _discriminator.call(fake_B1HW));
        loss.Times(share).backward();
        if (!_isProven)
        {
            _parameters.RequireIntact();
            _isProven = true;
        }
        _ranks.Sum(_parameters.Gradients);
        _parameters.ClipGradients(_gradientClip);
        _adam.Step(update, learningRate);
        return loss.Value();
    }

    /// <returns>-log D(G(x)); differentiable towards the images alone, which spares the gradients of the discriminator's own weights.</returns>
    public Tensor Judge(Tensor fake_B1HW)
    {
        _parameters.RequireGradients(false);
        Tensor judged = Losses.Adversarial(_discriminator.call(fake_B1HW));
        _parameters.RequireGradients(true);
        return judged;
    }

    /// <summary>All that it learned, in flat tensors.</summary>
    public IEnumerable<Tensor> State() => [_parameters.Values, .. _adam.State()];

    public IEnumerable<WeightArray> Export() => _parameters.Export(_parameters.Values, "discriminator.").Concat(_adam.Export("discriminator_adam."));

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
