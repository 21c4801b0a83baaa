using TorchSharp.Modules;
using static SrBatch.Torch.Networks.Activation;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Bilinear x2, the skip connection beside it, and three 3x3 convolutions with LeakyReLU (Wang et al. 2019).</summary>
internal sealed class UpBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2, conv3;

    /// <param name="channels">Of the deeper level and the skip connection together.</param>
    /// <param name="features">Of the result.</param>
    public UpBlock(long channels, long features)
        : base(nameof(UpBlock))
    {
        conv1 = nn.Conv2d(channels, features, 3, padding: 1);
        conv2 = nn.Conv2d(features, features, 3, padding: 1);
        conv3 = nn.Conv2d(features, features, 3, padding: 1);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(conv3), conv3);
    }

    // h, w are half of H, W.
    public override Tensor forward(Tensor deep_BChw, Tensor skip_BCHW)
    {
        using var scope = NewDisposeScope();
        Tensor up_BCHW = nn.functional.interpolate(deep_BChw, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
        Tensor h_BFHW = LeakyRelu(conv1.call(cat([up_BCHW, skip_BCHW], 1)));
        h_BFHW = LeakyRelu(conv2.call(h_BFHW));
        return LeakyRelu(conv3.call(h_BFHW)).MoveToOuterDisposeScope();
    }
}
