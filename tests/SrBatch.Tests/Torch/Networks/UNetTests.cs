using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

public class UNetTests
{
    // A 3x3 convolution of i to o channels has 9 i o + o values. With f = 32 features:
    //   down, level by level: 9 (1 f + 2 f f) + 3 f; then for c = f, 2f, 4f: 9 (c 2c + 2 (2c)^2) + 6 c = 90 c^2 + 6 c
    //   bottom: 9 (8f)^2 + 8f;  up, from 4 c channels to c = 4f, 2f, f: 9 (4 c^2 + 2 c^2) + 3 c, and once more from 2 f to f: 9 (2 f^2 + 2 f^2) + 3 f
    //   last: 9 f + 1
    private const long ParametersOfUNet32 =
        (9 * (32 + (2 * 32 * 32))) + (3 * 32)
        + (90 * ((32 * 32) + (64 * 64) + (128 * 128))) + (6 * (32 + 64 + 128))
        + (9 * 256 * 256) + 256
        + (54 * ((128 * 128) + (64 * 64) + (32 * 32))) + (3 * (128 + 64 + 32))
        + (36 * 32 * 32) + (3 * 32)
        + (9 * 32) + 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ParameterCount_Of32Features_IsThePapersButForTheLastConvolutionsChannels(int scale)
    {
        using var network = new UNet(32, scale);
        Assert.Equal(3_744_737, ParametersOfUNet32);
        Assert.Equal(ParametersOfUNet32 + (((scale * scale) - 1) * ((9 * 32) + 1)), network.ParameterCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Output_HasScaleTimesTheInputsSides(int scale)
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(4, scale);
        Assert.Equal((137, 16), (network.ReceptiveField, network.Stride));
        Assert.Equal([3, 1, 32 * scale, 80 * scale], network.call(rand(3, 1, 32, 80)).shape);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ReceptiveField_OfOnePixel_ReachesAsFarAsClaimedAndNoFurther(int scale)
    {
        using var network = AllPositive(scale);
        int claimed = network.ReceptiveField, length = TileSize(claimed, network.Stride);
        long furthest = 0;
        // All positions of the pixel on the network's grid.
        for (int phase = 0; phase < network.Stride; phase++)
        {
            long at = (length / 2) + phase;
            (long first, long last) = Reached(network, length, at);
            Assert.True(first > 0 && last < length - 1, "the plane is too short for this test");
            furthest = Math.Max(furthest, Math.Max(at - first, last - at));
        }
        Assert.InRange(furthest, claimed - network.Stride + 1, claimed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Output_OfAnInputShiftedByTheStride_IsShifted(int scale)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(3);
        using var network = new UNet(4, scale);
        int stride = network.Stride, margin = TileSize(network.ReceptiveField, stride) / 2, length = (2 * margin) + (2 * stride);
        Tensor x = rand(1, 1, 16, length + stride);
        Tensor here = network.call(x.narrow(3, 0, length)), there = network.call(x.narrow(3, stride, length));
        Tensor difference = here.narrow(3, (margin + stride) * scale, stride * scale) - there.narrow(3, margin * scale, stride * scale);
        // Rounding of float32 through 30 layers; outputs are near 0.1.
        Assert.InRange(difference.abs().max().Value(), 0, 1e-6);
    }

    private static int TileSize(int receptiveField, int stride) => 2 * (((receptiveField + stride) / stride * stride) + stride);

    /// <summary>First and last input column whose outputs differ from those of a black plane when one pixel is 1.</summary>
    private static (long First, long Last) Reached(UNet network, int length, long at)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        double[] plane = new double[16 * length];
        plane[(8 * length) + at] = 1;
        Tensor output = network.call(tensor(plane, [1, 1, 16, length]));
        Tensor columns = output.ne(zeros_like(output)).any(2).nonzero().select(1, 2);
        long scale = network.Scale;
        return ((long)columns.min().Value() / scale, (long)columns.max().Value() / scale);
    }

    /// <summary>All biases 0 and all weights 1: a black plane gives exactly 0, and no two paths from input to output cancel.</summary>
    private static UNet AllPositive(int scale)
    {
        using var noGradient = no_grad();
        var network = new UNet(4, scale);
        network.to(float64);
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            _ = name.EndsWith("bias", StringComparison.Ordinal) ? nn.init.zeros_(parameter) : nn.init.ones_(parameter);
        }
        return network;
    }
}
