using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;

namespace SrBatch.ClusterTests;

/// <summary>Jobs that are cancelled, requeued, suspended and signalled.</summary>
public sealed class InterruptionTests(SlurmLabFixture cluster, NightWork work) : DisturbedJobs(cluster, work)
{
    [Fact]
    public void Cancelled_SavesInTime_AndGoesOnWhenSubmittedAgain()
    {
        string[] ids = StartBoth();
        Assert.All(ids, id => Lab.Cancel(id));
        Assert.All(ids, id => Lab.WaitFor(id, "CANCELLED", ShippedJob.Limit));
        Lab.ExpectNoStragglers();
        Assert.All(ids, id => Assert.Contains("stopped by a signal", File.ReadAllText(Lab.Job(id).Output), StringComparison.Ordinal));
        Finish(Submit());
    }

    [Fact]
    public void Requeued_GoesOn()
    {
        string[] ids = StartBoth();
        Array.ForEach(ids, Lab.Requeue);
        FinishRestarted(ids);
    }

    /// <summary>CONT comes with resuming, and with most other signals of Slurm's.</summary>
    [Fact]
    public void Suspended_GoesOnWhenResumed()
    {
        string[] ids = StartBoth();
        Array.ForEach(ids, Lab.Suspend);
        Assert.All(ids, id => Lab.WaitFor(id, "SUSPENDED", ShippedJob.Limit));
        Array.ForEach(ids, Lab.Resume);
        Assert.All(ids, id => Lab.Cancel(id, "-b", "-s", "CONT"));
        Finish(ids);
        Assert.All(ids, id => Assert.Equal("0:0", Assert.Single(Lab.Attempts(id)).ExitCode));
    }

    [Fact]
    public void SignalsOnTopOfEachOther_AreOneSignal()
    {
        string[] ids = StartBoth();
        // One scancel after the other takes so long on a busy machine that the last ones meet the next start.
        const int User1 = 10, User2 = 12, Terminate = 15, Continue = 18;
        ProcessIdentity[] scripts = [.. ids.Select(id => Lab.WorkerProcesses(id)[0])];
        foreach (int signal in new[] { Continue, User1, User2, Terminate, Continue, User1, Terminate })
        {
            Array.ForEach(scripts, script => script.Signal(signal));
        }
        FinishRestarted(ids);
        Assert.All(ids, id => Assert.Equal(["75:0", "0:0"], Lab.Attempts(id).Select(attempt => attempt.ExitCode)));
    }
}
