using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>From what a block's channels hold to the weights of its channels, 0 to 1: two 1x1 convolutions with ReLU between and a sigmoid (Hu et al. 2018).</summary>
internal sealed class ChannelGate : nn.Module<Tensor, Tensor>
{
    /// <summary>An eighth, as 3-D RCAN has for its 32 channels, but no fewer than four.</summary>
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
