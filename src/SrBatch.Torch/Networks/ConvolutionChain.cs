using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

internal static class ConvolutionChain
{
    /// <summary>Applies a layer and frees its input, so that as few feature maps as possible are alive at once.</summary>
    public static Tensor Into(this Tensor x, nn.Module<Tensor, Tensor> layer)
    {
        using (x)
        {
            return layer.call(x);
        }
    }
}
