using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Three blocks, and the input added (Qiao et al. 2021 use four).</summary>
internal sealed class DfcanGroup : nn.Module<Tensor, Tensor>
{
    public const int Blocks = 3;

    private readonly DfcanBlock block1, block2, block3;

    public DfcanGroup(long features)
        : base(nameof(DfcanGroup))
    {
        block1 = new DfcanBlock(features);
        block2 = new DfcanBlock(features);
        block3 = new DfcanBlock(features);
        register_module(nameof(block1), block1);
        register_module(nameof(block2), block2);
        register_module(nameof(block3), block3);
    }

    public override Tensor forward(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        return block3.call(block2.call(block1.call(x_BFHW))).Plus(x_BFHW).MoveToOuterDisposeScope();
    }
}
