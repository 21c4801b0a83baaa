using SrBatch.Pipelines.Inference;
using SrBatch.Torch.Devices;

namespace SrBatch.Tests.Pipelines.Inference;

public class InferRunTests
{
    /// <summary>Windows decide about the last digits: they must not follow what is free at the moment.</summary>
    [Theory]
    [InlineData(2000, 2000, 2000)]
    [InlineData(2000, 3000, 2000)]
    [InlineData(2000, 1999, 1000)]
    [InlineData(2000, 1500, 1000)]
    [InlineData(2000, 1000, 1000)]
    [InlineData(2000, 400, 250)]
    public void Windows_AreThoseOfTheRun_HalvedUntilMemorySuffices(long run, long own, long expected) =>
        Assert.Equal(expected, InferRun.Windows(run, own, ComputeDevice.Cpu));
}
