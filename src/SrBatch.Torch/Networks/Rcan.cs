using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Residual channel attention network (Zhang et al. 2018; for microscopy, in 3-D, Chen et al. 2021): groups of residual blocks whose channels are weighed
/// by their means, all on the input's grid, and a sub-pixel end (docs/adr/0006). The means are those of blocks of 16 x 16 pixels (docs/adr/0016). Two groups of
/// four blocks multiply as often as the U-Net of as many features.
/// </summary>
public sealed class Rcan : Network
{
    private const int Groups = 2;

    private readonly Convolution head, body, last;
    private readonly RcanGroup group1, group2;
    private readonly int features;

    public Rcan(int features, int scale)
        : base(nameof(Rcan), scale)
    {
        this.features = features;
        head = new Convolution(1, features);
        group1 = new RcanGroup(features);
        group2 = new RcanGroup(features);
        body = new Convolution(features, features);
        last = new Convolution(features, scale * scale, isLast: true);
        register_module(nameof(head), head);
        register_module(nameof(group1), group1);
        register_module(nameof(group2), group2);
        register_module(nameof(body), body);
        register_module(nameof(last), last);
    }

    /// <summary>
    /// A pixel reaches the next block of attention through the two convolutions before it, all of that block through the attention, and so on: 16 each time, two
    /// of the first step and three convolutions at the end. A test counts it.
    /// </summary>
    public override int ReceptiveField => (Groups * RcanGroup.Blocks * AttentionBlocks.Side) + 5;

    public override int Stride => AttentionBlocks.Side;

    /// <summary>Live at most: what the long skip, the group and the block add, two maps of the block, and one of the convolution's own.</summary>
    public override long BytesPerPixel => 8L * features * sizeof(float);

    // h, w are those of the input; H, W scale times as many.
    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor head_BFhw = head.call(x_B1hw);
        Tensor h_BFhw = group2.call(group1.call(head_BFhw));
        h_BFhw = body.call(h_BFhw).Plus(head_BFhw);
        return SubPixels(last.call(h_BFhw)).MoveToOuterDisposeScope();
    }
}
