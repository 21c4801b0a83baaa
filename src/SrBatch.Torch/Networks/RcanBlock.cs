using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Residual channel attention block (Zhang et al. 2018): two 3x3 convolutions with ReLU between, channels weighted by their means, and
/// the input added.
/// </summary>
internal sealed class RcanBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution conv1, conv2;
    private readonly ChannelGate gate;

    public RcanBlock(long features)
        : base(nameof(RcanBlock))
    {
        conv1 = new Convolution(features, features, Activation.Relu);
        conv2 = new Convolution(features, features);
        gate = new ChannelGate(features);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(gate), gate);
    }

    // h, w: attention blocks along H and W.
    public override Tensor forward(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = conv2.call(conv1.call(x_BFHW));
        Tensor means_BFhw = nn.functional.avg_pool2d(h_BFHW, AttentionBlocks.Side);
        return AttentionBlocks.Weigh(h_BFHW, gate.call(means_BFhw)).Plus(x_BFHW).MoveToOuterDisposeScope();
    }
}
