using TorchSharp.Modules;
using static SrBatch.Torch.Networks.Activation;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// The generator of Wang et al. 2019: four levels down, one convolution at the bottom, four levels up, a last convolution to one channel. At scale 2
/// and 4 the input is first brought to the target's grid by bicubic interpolation, as in the paper (docs/adr/0006 has the measurement).
/// </summary>
public sealed class UNet : Network
{
    private const int Levels = 4;

    /// <summary>One-sided, on the target's grid, with bilinear upsampling: found by perturbing single pixels (a test does).</summary>
    private const int FineReceptiveField = 137;

    /// <summary>Bicubic interpolation reads two input pixels to each side.</summary>
    private const int BicubicReach = 2;

    private readonly DownBlock down1, down2, down3, down4;
    private readonly Conv2d bottom, last;
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
        bottom = nn.Conv2d(8 * f, 8 * f, 3, padding: 1);
        up4 = new UpBlock(16 * f, 4 * f);
        up3 = new UpBlock(8 * f, 2 * f);
        up2 = new UpBlock(4 * f, f);
        up1 = new UpBlock(2 * f, f);
        last = nn.Conv2d(f, 1, 3, padding: 1);
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
    }

    public override int ReceptiveField => Scale == 1 ? FineReceptiveField : (FineReceptiveField + Scale - 1) / Scale + BicubicReach;

    public override int Stride => Math.Max(1, (1 << Levels) / Scale);

    /// <summary>At the finest level live at most: the skip, two maps being convolved, the concatenation; the levels below add about a half.</summary>
    public override long BytesPerPixel => 8L * features * sizeof(float) * Scale * Scale;

    public override Tensor forward(Tensor x_B1hw)
    {
        using var scope = NewDisposeScope();
        Tensor x_B1HW = Scale == 1 ? x_B1hw : Upsample(x_B1hw, Scale);
        Tensor level1 = down1.call(x_B1HW);
        Tensor level2 = down2.call(Halve(level1));
        Tensor level3 = down3.call(Halve(level2));
        Tensor level4 = down4.call(Halve(level3));
        Tensor h = LeakyRelu(bottom.call(Halve(level4)));
        h = up4.call(h, level4);
        h = up3.call(h, level3);
        h = up2.call(h, level2);
        h = up1.call(h, level1);
        return last.call(h).MoveToOuterDisposeScope();
    }

    /// <summary>Bicubic interpolation (B, C, H, W) to (B, C, scale H, scale W), pixel centres aligned as a camera's binning has them.</summary>
    public static Tensor Upsample(Tensor x_BChw, int scale) =>
        nn.functional.interpolate(x_BChw, scale_factor: [scale, scale], mode: InterpolationMode.Bicubic, align_corners: false);

    private static Tensor Halve(Tensor x_BCHW) => nn.functional.avg_pool2d(x_BCHW, 2);
}
