using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

public class FlatParametersTests
{
    [Fact]
    public void RequireIntact_AfterBackward_FindsEveryGradientInTheFlatTensor()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(4, 1);
        using var flat = new FlatParameters(network);
        network.call(rand(1, 1, 16, 16)).mean().backward();
        flat.RequireIntact();
        Assert.NotEqual(0, flat.Gradients.abs().sum().item<float>());
    }

    [Fact]
    public void RequireIntact_WithOneGradientElsewhere_Throws()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(4, 1);
        using var flat = new FlatParameters(network);
        network.parameters().Last().grad = zeros_like(network.parameters().Last());
        Assert.Throws<InvalidOperationException>(flat.RequireIntact);
    }
}
