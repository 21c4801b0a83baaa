using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Computes the weight of each channel of a block, 0 to 1, from one number per channel: two 1x1 convolutions with ReLU between and a
/// sigmoid at the end (Hu et al. 2018).
/// </summary>
internal sealed class ChannelGate : nn.Module<Tensor, Tensor>
{
    /// <summary>Hidden channels: an eighth of the features, as in 3-D RCAN with 32 features, but at least four.</summary>
    private const int Reduction = 8, LeastHidden = 4;

    private readonly Convolution squeeze, excite;

    public ChannelGate(long features)
        : base(nameof(ChannelGate))
    {
        long hidden = Math.Max(LeastHidden, features / Reduction);
        squeeze = new Convolution(features, hidden, Activation.Relu, side: 1);
        excite = new Convolution(hidden, features, side: 1);
        register_module(nameof(squeeze), squeeze);
        register_module(nameof(excite), excite);
    }

    public override Tensor forward(Tensor descriptors_BFhw)
    {
        using var scope = NewDisposeScope();
        return excite.call(squeeze.call(descriptors_BFhw)).sigmoid().MoveToOuterDisposeScope();
    }
}
