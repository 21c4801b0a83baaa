using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

public class AttentionNetworkTests
{
    // A 3x3 convolution of f to f channels has 9 f f + f values, a gate 2 f g + g + f with g = f / 8 hidden channels; f = 32.
    private const long Conv = (9 * 32 * 32) + 32, Gate = (2 * 32 * 4) + 4 + 32, Head = (9 * 32) + 32, Last = (9 * 32) + 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ParameterCount_OfRcan32_IsAllItsLayers(int scale)
    {
        // Two groups of four blocks (two convolutions and a gate each) and a convolution; one more before the last.
        using var network = new Rcan(32, scale);
        Assert.Equal(Head + (2 * ((4 * ((2 * Conv) + Gate)) + Conv)) + Conv + (scale * scale * Last), network.ParameterCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ParameterCount_OfDfcan32_IsAllItsLayers(int scale)
    {
        // Two groups of three blocks (two convolutions, one on the spectrum, a gate each); one convolution before the last.
        using var network = new Dfcan(32, scale);
        Assert.Equal(Head + (2 * 3 * ((3 * Conv) + Gate)) + Conv + (scale * scale * Last), network.ParameterCount);
    }

    [Theory]
    [InlineData(false)] // every frequency is 0
    [InlineData(true)] // every frequency except zero
    public void Dfcan_ConstantImage_HasFiniteGradients(bool isWhite)
    {
        // Without epsilon, the slope of |F| to the power of 0.8 is infinite at F = 0, and one black patch would make all weights NaN.
        using var scope = NewDisposeScope();
        using var block = new DfcanBlock(4);
        foreach (var parameter in block.parameters())
        {
            _ = isWhite ? nn.init.ones_(parameter) : nn.init.zeros_(parameter);
        }
        block.call(isWhite ? ones(1, 4, 16, 16) : zeros(1, 4, 16, 16)).sum().backward();
        Assert.All(block.parameters(), parameter => Assert.True(parameter.grad!.isfinite().all().item<bool>()));
    }

    [Fact]
    public void CutAndWeigh_UseTheAlignedBlocksOfTheGrid()
    {
        using var scope = NewDisposeScope();
        Tensor x = rand(2, 3, 32, 48), weights = rand(2, 3, 2, 3);
        Tensor blocks = AttentionBlocks.Cut(x), weighed = AttentionBlocks.Weigh(x, weights);
        for (int image = 0; image < 2; image++)
        {
            for (int row = 0; row < 2; row++)
            {
                for (int column = 0; column < 3; column++)
                {
                    Tensor Block(Tensor of) => of[image].narrow(1, 16 * row, 16).narrow(2, 16 * column, 16);
                    Assert.True(blocks[(((image * 2) + row) * 3) + column].equal(Block(x)).all().item<bool>());
                    Tensor expected = Block(x) * weights[image].narrow(1, row, 1).narrow(2, column, 1);
                    Assert.Equal(0, (Block(weighed) - expected).abs().max().Value());
                }
            }
        }
    }
}
