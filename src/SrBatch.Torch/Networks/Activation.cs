using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

internal static class Activation
{
    private static readonly Scalar Slope = 0.1.ToScalar();

    /// <summary>LeakyReLU of slope 0.1, in place: its input is always a fresh convolution output that nothing else reads.</summary>
    public static Tensor LeakyRelu(Tensor x) => x.leaky_relu_(Slope);
}
