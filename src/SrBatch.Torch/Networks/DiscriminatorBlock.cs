using TorchSharp.Modules;
using static SrBatch.Torch.Networks.Activation;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Two 3x3 convolutions with LeakyReLU; the second halves the image.</summary>
internal sealed class DiscriminatorBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2;

    public DiscriminatorBlock(long channels, long features)
        : base(nameof(DiscriminatorBlock))
    {
        conv1 = nn.Conv2d(channels, features, 3, padding: 1);
        conv2 = nn.Conv2d(features, features, 3, padding: 1, stride: 2);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
    }

    public override Tensor forward(Tensor x_BCHW)
    {
        using var scope = NewDisposeScope();
        return LeakyRelu(conv2.call(LeakyRelu(conv1.call(x_BCHW)))).MoveToOuterDisposeScope();
    }
}
