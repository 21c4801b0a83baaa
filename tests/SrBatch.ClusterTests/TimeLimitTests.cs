using System.Globalization;
using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;

namespace SrBatch.ClusterTests;

/// <summary>Jobs whose time is over.</summary>
public sealed class TimeLimitTests(SlurmLabFixture cluster, NightWork work) : DisturbedJobs(cluster, work)
{
    /// <summary>Slurm looks at time limits every 30 s, so this test may take as long.</summary>
    [Fact]
    public void TimeLimit_SavesInTime_AndGoesOn()
    {
        string[] ids = StartBoth(stretch: true);
        string soon = TimeProvider.System.GetLocalNow().AddSeconds(2).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        Assert.All(ids, id => Lab.Update(id, $"EndTime={soon}"));
        FinishRestarted(ids, "TimeLimit=5");
    }
}
