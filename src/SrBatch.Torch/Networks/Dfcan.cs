using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Deep Fourier channel attention network (Qiao et al. 2021): groups of residual blocks whose channels are weighted by their spectra, all
/// on the input's grid, and sub-pixel convolution at the end (docs/adr/0006). Spectra are taken of blocks of 16 x 16 pixels
/// (docs/adr/0016). Two groups of three blocks need as many multiplications as the U-Net with the same features. The paper ends with a
/// sigmoid; this network does not, as real intensities lie above 1 and below 0, too.
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
    /// Alive at the peak: the inputs of group and block, the block's map, its copy cut into blocks, the complex spectrum with the
    /// transform's own copies, and its squares. Between planes of 256 and 1024 pixels, peak memory grew by 17.7 maps a pixel, 1 to 2 of
    /// them for the plane itself (16 features, scale 2, 2026-11-23; the U-Net: 9.6, RCAN: 9.0).
    /// </summary>
    public override long BytesPerPixel => 16L * features * sizeof(float);

    // h, w: the input's sides; H, W: scale times as long.
    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFhw = head.call(x_B1hw);
        h_BFhw = group2.call(group1.call(h_BFhw));
        h_BFhw = body.call(h_BFhw);
        return SubPixels(last.call(h_BFhw)).MoveToOuterDisposeScope();
    }
}
