using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Tells real targets from generated ones: one convolution, five blocks of 32, 64, 128, 256 and 512 features, the mean over the image and
/// two dense layers (layout of Wang et al. 2019, widths of Qiao et al. 2021). Maps images (B, 1, H, W) to logits (B, 1); the sigmoid is
/// part of the loss, where it cannot overflow.
/// </summary>
/// <remarks>Each block halves the image. The published code of 2021 does not, and needs 120 times as many multiplications.</remarks>
public sealed class Discriminator : nn.Module<Tensor, Tensor>
{
    private readonly Convolution head;
    private readonly DiscriminatorBlock block1, block2, block3, block4, block5;
    private readonly Linear dense1, dense2;

    public Discriminator(int features = 32)
        : base(nameof(Discriminator))
    {
        long f = features;
        head = new Convolution(1, f, Activation.LeakyRelu);
        block1 = new DiscriminatorBlock(f, f);
        block2 = new DiscriminatorBlock(f, 2 * f);
        block3 = new DiscriminatorBlock(2 * f, 4 * f);
        block4 = new DiscriminatorBlock(4 * f, 8 * f);
        block5 = new DiscriminatorBlock(8 * f, 16 * f);
        dense1 = nn.Linear(16 * f, 8 * f);
        dense2 = nn.Linear(8 * f, 1);
        register_module(nameof(head), head);
        register_module(nameof(block1), block1);
        register_module(nameof(block2), block2);
        register_module(nameof(block3), block3);
        register_module(nameof(block4), block4);
        register_module(nameof(block5), block5);
        register_module(nameof(dense1), dense1);
        register_module(nameof(dense2), dense2);
        Initialisation.HeNormal(this);
    }

    public override Tensor forward(Tensor x_B1HW)
    {
        using var scope = NewDisposeScope();
        Tensor h = head.call(x_B1HW);
        h = block2.call(block1.call(h));
        h = block5.call(block4.call(block3.call(h)));
        Tensor mean_BF = h.mean([2, 3]).to(dense1.weight!.dtype);
        return dense2.call(Convolution.Activate(dense1.call(mean_BF), Activation.LeakyRelu)).MoveToOuterDisposeScope();
    }
}
