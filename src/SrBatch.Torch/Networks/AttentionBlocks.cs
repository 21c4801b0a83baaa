using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Channel attention averages over aligned squares of the input's grid instead of the whole image (docs/adr/0016). So a window gives the
/// same result as the whole plane, and training on patches the same as inference.
/// </summary>
// Shape suffixes: B images, F features, H rows, W columns, S pixels along a block, h and w blocks along H and W.
internal static class AttentionBlocks
{
    /// <summary>Side of a block, pixels; also the stride of a network with such attention.</summary>
    public const int Side = 16;

    /// <summary>Cuts images into blocks, row by row: (B h w, F, S, S).</summary>
    public static Tensor Cut(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        return Split(x_BFHW).permute(0, 2, 4, 1, 3, 5).reshape(-1, x_BFHW.shape[1], Side, Side).MoveToOuterDisposeScope();
    }

    /// <summary>Multiplies all pixels of a block by its weight.</summary>
    public static Tensor Weigh(Tensor x_BFHW, Tensor weights_BFhw)
    {
        using var scope = NewDisposeScope();
        Tensor weights_BFh1w1 = weights_BFhw.unsqueeze(-1).unsqueeze(-3);
        return (Split(x_BFHW) * weights_BFh1w1).view(x_BFHW.shape).MoveToOuterDisposeScope();
    }

    private static Tensor Split(Tensor x_BFHW)
    {
        long[] shape = x_BFHW.shape;
        return x_BFHW.view(shape[0], shape[1], shape[2] / Side, Side, shape[3] / Side, Side);
    }
}
