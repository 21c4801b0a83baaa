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
}
