using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Two 3x3 convolutions with LeakyReLU; the second halves the image.</summary>
internal sealed class DiscriminatorBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution conv1, conv2;

    public DiscriminatorBlock(long channels, long features)
        : base(nameof(DiscriminatorBlock))
    {
        conv1 = new Convolution(channels, features, Activation.LeakyRelu);
        conv2 = new Convolution(features, features, Activation.LeakyRelu, stride: 2);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
    }

    public override Tensor forward(Tensor x_BCHW)
    {
        using var scope = NewDisposeScope();
        return conv2.call(conv1.call(x_BCHW)).MoveToOuterDisposeScope();
    }
}
