using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

internal static class ConvolutionChain
{
    /// <summary>Hands a map that nothing else reads to a layer and frees it: the fewest maps are then alive at once.</summary>
    public static Tensor Into(this Tensor x, nn.Module<Tensor, Tensor> layer)
    {
        using (x)
        {
            return layer.call(x);
        }
    }
}
