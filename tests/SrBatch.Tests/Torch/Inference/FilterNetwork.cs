using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Inference;

/// <summary>
/// Adds the weighted mean around each pixel to the pixel: a network with a known receptive field, which may declare another one.
/// </summary>
/// <param name="reach">Distance that the mean reaches, input pixels.</param>
/// <param name="weight">Weight of the mean; the pixel itself has 1.</param>
/// <param name="claimed">The declared receptive field.</param>
internal sealed class FilterNetwork(int reach, double weight, int claimed) : Network(nameof(FilterNetwork), 1)
{
    public override int ReceptiveField => claimed;
    public override int Stride => 16;
    public override long BytesPerPixel => 16;

    public override Tensor forward(Tensor x_B1HW)
    {
        using var scope = NewDisposeScope();
        // Pads with zeros, as all our networks do.
        int side = (2 * reach) + 1;
        Tensor down_B1HW = nn.functional.avg_pool2d(x_B1HW, (side, 1), (1, 1), (reach, 0));
        Tensor mean_B1HW = nn.functional.avg_pool2d(down_B1HW, (1, side), (1, 1), (0, reach));
        return x_B1HW.clone().PlusInPlace(mean_B1HW, weight).MoveToOuterDisposeScope();
    }
}
