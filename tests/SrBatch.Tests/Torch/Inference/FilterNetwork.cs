using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Inference;

/// <summary>A pixel and, with a weight, the mean around it: a network of known reach that may claim another.</summary>
/// <param name="reach">Of the mean, input pixels.</param>
/// <param name="weight">Of the mean; the pixel itself has 1.</param>
/// <param name="claimed">Its receptive field as it says.</param>
internal sealed class FilterNetwork(int reach, double weight, int claimed) : Network(nameof(FilterNetwork), 1)
{
    public override int ReceptiveField => claimed;
    public override int Stride => 16;
    public override long BytesPerPixel => 16;

    public override Tensor forward(Tensor x_B1HW)
    {
        using var scope = NewDisposeScope();
        // Beyond the border are zeros, as in all our networks.
        int side = (2 * reach) + 1;
        Tensor mean_B1HW = nn.functional.avg_pool2d(nn.functional.avg_pool2d(x_B1HW, (side, 1), (1, 1), (reach, 0)), (1, side), (1, 1), (0, reach));
        return x_B1HW.clone().PlusInPlace(mean_B1HW, weight).MoveToOuterDisposeScope();
    }
}
