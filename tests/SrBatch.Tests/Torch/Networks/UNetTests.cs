using SrBatch.Torch.Networks;

namespace SrBatch.Tests.Torch.Networks;

public class UNetTests
{
    // A 3x3 convolution of i to o channels has 9 i o + o values. With f = 32 features:
    //   down, level by level: 9 (1 f + 2 f f) + 3 f; then for c = f, 2f, 4f: 9 (c 2c + 2 (2c)^2) + 6 c = 90 c^2 + 6 c
    //   bottom: 9 (8f)^2 + 8f
    //   up, from 4 c channels to c = 4f, 2f, f: 9 (4 c^2 + 2 c^2) + 3 c, and once more from 2 f to f: 9 (2 f^2 + 2 f^2) + 3 f
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
}
