using SrBatch.Torch.Native;
using TorchSharp.Modules;
using static SrBatch.Torch.Networks.Activation;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Three 3x3 convolutions with LeakyReLU, and a residual: the input, its missing channels zero (Wang et al. 2019).</summary>
internal sealed class DownBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2, conv3;
    private readonly long added;

    public DownBlock(long channels, long features)
        : base(nameof(DownBlock))
    {
        added = features - channels;
        conv1 = nn.Conv2d(channels, features, 3, padding: 1);
        conv2 = nn.Conv2d(features, features, 3, padding: 1);
        conv3 = nn.Conv2d(features, features, 3, padding: 1);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(conv3), conv3);
    }

    public override Tensor forward(Tensor x_BCHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = LeakyRelu(conv1.call(x_BCHW));
        h_BFHW = LeakyRelu(conv2.call(h_BFHW));
        h_BFHW = LeakyRelu(conv3.call(h_BFHW));
        // Last of the padded dims first: columns, rows, channels.
        Tensor residual_BFHW = added == 0 ? x_BCHW : nn.functional.pad(x_BCHW, [0, 0, 0, 0, 0, added]);
        return h_BFHW.Plus(residual_BFHW).MoveToOuterDisposeScope();
    }
}
