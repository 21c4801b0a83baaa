using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

public class DiscriminatorTests
{
    // A 3x3 convolution of i to o channels has 9 i o + o values: head 1 to f, blocks i to o and o to o with (i, o) = (f, f), (f, 2f) ..
    // (8f, 16f), then dense layers 16f to 8f and 8f to 1; f = 32.
    private const long ParametersOf32 =
        (9 * 32) + 32
        + (9 * ((32 * 32) + (32 * 32))) + (2 * 32)
        + (9 * ((32 * 64) + (64 * 64))) + (2 * 64)
        + (9 * ((64 * 128) + (128 * 128))) + (2 * 128)
        + (9 * ((128 * 256) + (256 * 256))) + (2 * 256)
        + (9 * ((256 * 512) + (512 * 512))) + (2 * 512)
        + (512 * 256) + 256
        + 256 + 1;

    [Fact]
    public void ParameterCount_Of32Features_IsAllItsLayers()
    {
        using var network = new Discriminator();
        Assert.Equal(4_852_481, ParametersOf32);
        Assert.Equal(ParametersOf32, network.parameters().Sum(parameter => parameter.NumberOfElements));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(64, 48)]
    [InlineData(33, 100)]
    public void Output_IsOneLogitAnImage(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new Discriminator(4);
        Assert.Equal([5, 1], network.call(rand(5, 1, height, width)).shape);
    }
}
