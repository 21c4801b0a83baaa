using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;

namespace SrBatch.ClusterTests;

/// <summary>Jobs that lose their place to a more urgent one, or their node.</summary>
public sealed class PreemptionTests(SlurmLabFixture cluster, NightWork work) : DisturbedJobs(cluster, work)
{
    [Theory]
    [InlineData("low")] // GraceTime=5: warned by USR1
    [InlineData("low0")] // none: TERM at once
    public void Preempted_GoesOn(string partition)
    {
        string[] ids = StartBoth($"--partition={partition}");
        string urgent = Lab.Submit(
            "--partition=high", "--exclusive", "--nodes=2", "--time=2", $"--output={Folder.File("urgent.log")}", "--wrap", "exit 0");
        Lab.WaitFor(urgent, "COMPLETED", ShippedJob.Limit);
        FinishRestarted(ids);
    }

    [Fact]
    public void NodeDown_GoesOnOnAnother()
    {
        string[] ids = StartBoth($"--nodelist={Lab.Nodes[1]}");
        Lab.SetNode(Lab.Nodes[1], "down");
        try
        {
            FinishRestarted(ids, "ReqNodeList=");
            Assert.All(ids, id => Assert.Equal(Lab.Nodes[0], Lab.Job(id).Node));
        }
        finally
        {
            Lab.BringBack(Lab.Nodes[1]);
        }
    }
}
