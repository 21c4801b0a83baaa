using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

public class SlurmSiteTests
{
    [Theory]
    [InlineData("1-00:00:00", 1440)]
    [InlineData("7-12:30:00", 10830)]
    [InlineData("1:00:00", 60)]
    [InlineData("30:00", 30)]
    [InlineData("infinite", null)]
    [InlineData("n/a", null)]
    [InlineData("", null)]
    public void Minutes_OfSinfo(string text, int? minutes) => Assert.Equal(minutes, SlurmSite.Minutes(text));

    [Theory]
    [InlineData("main* 1:00:00 (null)\ngpu infinite gpu:a100:4(S:0-1)\n", "--partition=gpu --gres=gpu:1")]
    [InlineData("main* 1:00:00 (null)\nmain* 1:00:00 gpu:2\ngpu 2:00:00 gpu:1\n", "--gres=gpu:1")]
    [InlineData("a infinite shard:8,gpu:h200:8\n", "--partition=a --gres=gpu:1")]
    [InlineData("main* 1:00:00 (null)\ngpuless infinite nogpu:1\n", null)]
    [InlineData("", null)]
    public void GpuOption_OfSinfo(string text, string? option) => Assert.Equal(option, SlurmSite.GpuOption(text));
}
