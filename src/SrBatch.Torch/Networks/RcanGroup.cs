using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Four blocks, a 3x3 convolution, and the input added (Zhang et al. 2018).</summary>
internal sealed class RcanGroup : nn.Module<Tensor, Tensor>
{
    public const int Blocks = 4;

    private readonly RcanBlock block1, block2, block3, block4;
    private readonly Convolution conv;

    public RcanGroup(long features)
        : base(nameof(RcanGroup))
    {
        block1 = new RcanBlock(features);
        block2 = new RcanBlock(features);
        block3 = new RcanBlock(features);
        block4 = new RcanBlock(features);
        conv = new Convolution(features, features);
        register_module(nameof(block1), block1);
        register_module(nameof(block2), block2);
        register_module(nameof(block3), block3);
        register_module(nameof(block4), block4);
        register_module(nameof(conv), conv);
    }

    public override Tensor forward(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = block2.call(block1.call(x_BFHW));
        h_BFHW = block4.call(block3.call(h_BFHW));
        return conv.call(h_BFHW).Plus(x_BFHW).MoveToOuterDisposeScope();
    }
}
