using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Residual channel attention network (Zhang et al. 2018; for microscopy, in 3-D, Chen et al. 2021): groups of residual blocks whose
/// channels are weighted by their means, all on the input's grid, and sub-pixel convolution at the end (docs/adr/0006). Means are taken
/// of blocks of 16 x 16 pixels (docs/adr/0016). Two groups of four blocks need as many multiplications as the U-Net with the same
/// features.
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
    /// Each residual block carries a pixel's influence across the attention block of 16 pixels that its two convolutions reach. Five more
    /// pixels come from the first two and the last three convolutions. A test measures it.
    /// </summary>
    public override int ReceptiveField => (Groups * RcanGroup.Blocks * AttentionBlocks.Side) + 5;

    public override int Stride => AttentionBlocks.Side;

    /// <summary>
    /// Alive at the peak: the inputs of the long skip, the group and the block, two maps of the block, and one inside the convolution.
    /// </summary>
    public override long BytesPerPixel => 8L * features * sizeof(float);

    // h, w: the input's sides; H, W: scale times as long.
    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor head_BFhw = head.call(x_B1hw);
        Tensor h_BFhw = group2.call(group1.call(head_BFhw));
        h_BFhw = body.call(h_BFhw).Plus(head_BFhw);
        return SubPixels(last.call(h_BFhw)).MoveToOuterDisposeScope();
    }
}
