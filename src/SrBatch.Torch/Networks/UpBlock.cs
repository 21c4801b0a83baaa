using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Bilinear x2, concatenated with the skip connection, then three 3x3 convolutions with LeakyReLU (Wang et al. 2019).</summary>
internal sealed class UpBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Convolution conv1, conv2, conv3;

    /// <param name="channels">Channels of the deeper level and the skip connection together.</param>
    /// <param name="features">Channels of the result.</param>
    public UpBlock(long channels, long features)
        : base(nameof(UpBlock))
    {
        conv1 = new Convolution(channels, features, Activation.LeakyRelu);
        conv2 = new Convolution(features, features, Activation.LeakyRelu);
        conv3 = new Convolution(features, features, Activation.LeakyRelu);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(conv3), conv3);
    }

    /// <summary>Disposes both inputs as soon as they are no longer needed.</summary>
    // h, w: half of H, W.
    public override Tensor forward(Tensor deep_BChw, Tensor skip_BCHW)
    {
        using var scope = NewDisposeScope();
        Tensor up_BCHW = nn.functional.interpolate(
            deep_BChw, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
        deep_BChw.Dispose();
        Tensor both_BCHW = cat([up_BCHW, skip_BCHW], 1);
        up_BCHW.Dispose();
        skip_BCHW.Dispose();
        return both_BCHW.Into(conv1).Into(conv2).Into(conv3).MoveToOuterDisposeScope();
    }
}
