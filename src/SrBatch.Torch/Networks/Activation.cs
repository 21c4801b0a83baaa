using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

internal static class Activation
{
    /// <summary>LeakyReLU of slope 0.1, in place: its input is always a fresh convolution output that nothing else reads.</summary>
    public static Tensor LeakyRelu(Tensor x) => nn.functional.leaky_relu(x, 0.1, inplace: true);
}
