using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;

namespace SrBatch.Tests.Torch.Collectives;

public class CollectiveEngineTests
{
    [Fact]
    public void Start_OneProcess_LoadsNothing() =>
        Assert.Same(
            SingleProcess.Instance,
            CollectiveEngine.Start(0, 1, "no launcher", ComputeDevice.Cpu, null, new CollectiveWait(TimeSpan.FromSeconds(1), _ => { })));
}
