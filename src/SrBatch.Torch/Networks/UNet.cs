using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// The generator of Wang et al. 2019: four levels down, one convolution at the bottom, four levels up, a last convolution. It works on
/// the input's grid; at scale 2 and 4 the last convolution makes scale x scale channels, which become the pixels of the target's grid
/// (sub-pixel convolution, Shi et al. 2016). The paper interpolates the input to the target's grid first, which costs more and gives less
/// (docs/adr/0006).
/// </summary>
public sealed class UNet : Network
{
    private const int Levels = 4;

    private readonly DownBlock down1, down2, down3, down4;
    private readonly Convolution bottom, last;
    private readonly UpBlock up4, up3, up2, up1;
    private readonly int features;

    public UNet(int features, int scale)
        : base(nameof(UNet), scale)
    {
        this.features = features;
        long f = features;
        down1 = new DownBlock(1, f);
        down2 = new DownBlock(f, 2 * f);
        down3 = new DownBlock(2 * f, 4 * f);
        down4 = new DownBlock(4 * f, 8 * f);
        bottom = new Convolution(8 * f, 8 * f, Activation.LeakyRelu);
        up4 = new UpBlock(16 * f, 4 * f);
        up3 = new UpBlock(8 * f, 2 * f);
        up2 = new UpBlock(4 * f, f);
        up1 = new UpBlock(2 * f, f);
        last = new Convolution(f, scale * scale, isLast: true);
        register_module(nameof(down1), down1);
        register_module(nameof(down2), down2);
        register_module(nameof(down3), down3);
        register_module(nameof(down4), down4);
        register_module(nameof(bottom), bottom);
        register_module(nameof(up4), up4);
        register_module(nameof(up3), up3);
        register_module(nameof(up2), up2);
        register_module(nameof(up1), up1);
        register_module(nameof(last), last);
        Initialisation.HeNormal(this);
    }

    /// <summary>Measured by changing single pixels, as a test does.</summary>
    public override int ReceptiveField => 137;

    public override int Stride => 1 << Levels;

    /// <summary>
    /// The peak is at the finest level: the skip connection, the map from below and both concatenated, four maps. Measured: 527 to 542
    /// bytes with 32 features, in windows of 1024 to 2048 pixels (2026-11-23).
    /// </summary>
    public override long BytesPerPixel => (4L * features * sizeof(float)) + 64;

    // h, w: the input's sides; H, W: scale times as long.
    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor level1 = down1.call(x_B1hw);
        Tensor level2 = Halve(level1).Into(down2);
        Tensor level3 = Halve(level2).Into(down3);
        Tensor level4 = Halve(level3).Into(down4);
        Tensor h = Halve(level4).Into(bottom);
        h = up4.call(h, level4);
        h = up3.call(h, level3);
        h = up2.call(h, level2);
        h = up1.call(h, level1);
        return SubPixels(h.Into(last)).MoveToOuterDisposeScope();
    }

    private static Tensor Halve(Tensor x_BCHW) => nn.functional.avg_pool2d(x_BCHW, 2);
}
