using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Deep Fourier channel attention network (Qiao et al. 2021): groups of residual blocks whose channels are weighed by what their spectra hold, all on the
/// input's grid, and a sub-pixel end (docs/adr/0006). The spectra are those of blocks of 16 x 16 pixels (docs/adr/0016). Two groups of three blocks multiply as
/// often as the U-Net of as many features. Linear at the end where the paper has a sigmoid: intensities above 1 and below 0 are real.
/// </summary>
public sealed class Dfcan : Network
{
    private const int Groups = 2;

    private readonly Convolution head, body, last;
    private readonly DfcanGroup group1, group2;
    private readonly int features;

    public Dfcan(int features, int scale)
        : base(nameof(Dfcan), scale)
    {
        this.features = features;
        head = new Convolution(1, features, Activation.Gelu);
        group1 = new DfcanGroup(features);
        group2 = new DfcanGroup(features);
        body = new Convolution(features, features, Activation.Gelu);
        last = new Convolution(features, scale * scale, isLast: true);
        register_module(nameof(head), head);
        register_module(nameof(group1), group1);
        register_module(nameof(group2), group2);
        register_module(nameof(body), body);
        register_module(nameof(last), last);
    }

    /// <summary>As <see cref="Rcan.ReceptiveField"/>, with two convolutions at the end.</summary>
    public override int ReceptiveField => (Groups * DfcanGroup.Blocks * AttentionBlocks.Side) + 4;

    public override int Stride => AttentionBlocks.Side;

    /// <summary>
    /// Live at most: what group and block add, the block's map, its cut copy, the complex spectrum with the transform's own copies, its squares. Peak memory grew by
    /// 17.7 maps a pixel between planes of 256 and 1024, 1 to 2 of them the plane's own (16 features, scale 2, 2026-11-23; the U-Net's by 9.6, RCAN's by 9.0).
    /// </summary>
    public override long BytesPerPixel => 16L * features * sizeof(float);

    // h, w are those of the input; H, W scale times as many.
    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFhw = head.call(x_B1hw);
        h_BFhw = group2.call(group1.call(h_BFhw));
        h_BFhw = body.call(h_BFhw);
        return SubPixels(last.call(h_BFhw)).MoveToOuterDisposeScope();
    }
}
