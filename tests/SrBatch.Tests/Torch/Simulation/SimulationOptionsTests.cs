using SrBatch.Core.Errors;
using SrBatch.Torch.Simulation;

namespace SrBatch.Tests.Torch.Simulation;

public class SimulationOptionsTests
{
    [Fact]
    public void Problems_Defaults_AreNone() => Assert.Empty(new SimulationOptions().Problems());

    [Fact]
    public void Problems_EverythingWrong_AreAllListedWithTheirOptions()
    {
        var options = new SimulationOptions { Images = 0, SizePx = 8, Scale = 3, Structure = "hairs", Pair = "sted" };
        Assert.Equal(
            [
                "--images is 0; must be at least 1",
                "--scale is 3; must be 1, 2 or 4",
                "--size is 8; must be 16 to 4096 (the high image has --size x --scale pixels a side, at most 4096)",
                "--structure is 'hairs'; must be one of filaments, spots, membranes, mixed",
                "--pair is 'sted'; must be one of low-high-na, confocal-sted, tirf-sim",
            ],
            options.Problems());
    }

    [Fact]
    public void Problems_HighImageTooLarge_NameTheLargestLowSize() =>
        Assert.Equal(
            ["--size is 2000; must be 16 to 1024 (the high image has --size x --scale pixels a side, at most 4096)"],
            new SimulationOptions { SizePx = 2000, Scale = 4 }.Problems());

    [Fact]
    public void Simulate_BadOptions_ThrowsAllProblemsAsBadOptions()
    {
        var thrown = Assert.Throws<SrBatchException>(() => PairSimulator.Simulate(new() { Scale = 3, Images = 0 }, 0));
        Assert.Equal(ExitCode.BadManifest, thrown.ExitCode);
        Assert.Equal("simulate: 2 problems\n  --images is 0; must be at least 1\n  --scale is 3; must be 1, 2 or 4", thrown.Message);
    }
}
