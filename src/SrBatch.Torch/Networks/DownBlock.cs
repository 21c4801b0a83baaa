using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Three 3x3 convolutions with LeakyReLU, plus the input, whose missing channels count as zero (Wang et al. 2019).</summary>
internal sealed class DownBlock : nn.Module<Tensor, Tensor>
{
    private readonly Convolution conv1, conv2, conv3;
    private readonly long added;

    public DownBlock(long channels, long features)
        : base(nameof(DownBlock))
    {
        added = features - channels;
        conv1 = new Convolution(channels, features, Activation.LeakyRelu);
        conv2 = new Convolution(features, features, Activation.LeakyRelu);
        conv3 = new Convolution(features, features, Activation.LeakyRelu);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(conv3), conv3);
    }

    public override Tensor forward(Tensor x_BCHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = conv1.call(x_BCHW).Into(conv2).Into(conv3);
        if (!h_BFHW.requires_grad)
        {
            h_BFHW.narrow(1, 0, x_BCHW.shape[1]).PlusInPlace(x_BCHW, 1);
            return h_BFHW.MoveToOuterDisposeScope();
        }
        Tensor input_BCHW = x_BCHW.to(h_BFHW.dtype);
        // Pairs before and after each dim, the last dim first: columns, rows, channels.
        Tensor residual_BFHW = added == 0 ? input_BCHW : nn.functional.pad(input_BCHW, [0, 0, 0, 0, 0, added]);
        return h_BFHW.Plus(residual_BFHW).MoveToOuterDisposeScope();
    }
}
