using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests.Lab;

/// <summary>The lab itself, with jobs that are not srbatch.</summary>
public sealed class SlurmLabTests(SlurmLabFixture cluster) : IClassFixture<SlurmLabFixture>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // The lab first: where it skips or fails the test, nobody would delete the folder.
    private readonly SlurmLab _lab = cluster.Lab;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Submit_PlainJob_Completes()
    {
        string id = Submit("echo to $GREETED; exit 0", "--nodes=1");
        ClusterJob job = _lab.WaitFor(id, "COMPLETED", Limit);
        Assert.Equal("to nobody\n", File.ReadAllText(job.Output));
        Assert.Equal(("0:0", 0), (job.ExitCode, job.Restarts));
        Assert.Equal([new Attempt(id, "COMPLETED", "0:0", job.Node)], _lab.Attempts(id));
    }

    [Fact]
    public void WaitFor_JobThatFails_ShowsItsOutputAndSlurmsLogs_WithoutWaiting()
    {
        string id = Submit("echo what went wrong; exit 3");
        var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => _lab.WaitFor(id, "COMPLETED", TimeSpan.FromHours(1)));
        Assert.StartsWith($"job {id} is not COMPLETED", failure.Message, StringComparison.Ordinal);
        Assert.All(["State = FAILED", "ExitCode = 3:0", "what went wrong", "slurmctld.log", $"slurmd-{_lab.Nodes[0]}.log", "jobcomp.txt"], part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Job_TaskOfAnArray_IsThatTask()
    {
        string id = Submit("exit $((SLURM_ARRAY_TASK_ID == 3 ? 4 : 0))", "--array=1,3");
        _lab.WaitFor(id, job => job.HasEnded, "ended", Limit);
        Assert.Equal(["COMPLETED 0:0", "FAILED 4:0"], new[] { _lab.Job($"{id}_1"), _lab.Job($"{id}_3") }.Select(job => $"{job.State} {job.ExitCode}"));
        Assert.Equal("4:0", Assert.Single(_lab.Attempts($"{id}_3")).ExitCode);
    }

    [Fact]
    public void Job_EndingWith76_IsHeldUntilReleased()
    {
        string id = Submit("exit $((SLURM_RESTART_COUNT > 0 ? 0 : 76))");
        _lab.WaitFor(id, "SPECIAL_EXIT", Limit);
        _lab.Release(id);
        _lab.StartNow(id);
        _lab.WaitFor(id, "COMPLETED", Limit);
        Assert.Equal(["76:0", "0:0"], _lab.Attempts(id).Select(attempt => attempt.ExitCode));
    }

    [Fact]
    public void Submit_JobInHigh_TakesThePlaceOfOneInLow()
    {
        string victim = Submit("exec sleep 60", "--partition=low0", "--exclusive", "--nodes=2");
        _lab.WaitFor(victim, "RUNNING", Limit);
        string urgent = Submit("exit 0", "--partition=high", "--exclusive", "--nodes=2");
        _lab.WaitFor(urgent, "COMPLETED", Limit);
        _lab.WaitFor(victim, job => job.Restarts == 1, "restarted once", Limit);
        _lab.Cancel(victim);
    }

    [Fact]
    public void Job_OnANodeThatGoesDown_RunsElsewhere()
    {
        string id = Submit("[ ${SLURM_RESTART_COUNT:-0} -gt 0 ] || exec sleep 60", $"--nodelist={_lab.Nodes[1]}");
        _lab.WaitFor(id, "RUNNING", Limit);
        _lab.SetNode(_lab.Nodes[1], "down");
        try
        {
            _lab.WaitFor(id, job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", Limit);
            _lab.Update(id, "ReqNodeList=");
            _lab.StartNow(id);
            Assert.Equal(_lab.Nodes[0], _lab.WaitFor(id, "COMPLETED", Limit).Node);
        }
        finally
        {
            _lab.BringBack(_lab.Nodes[1]);
        }
    }

    [Fact]
    public void Job_SuspendedAndResumed_Completes()
    {
        string id = Submit("exec sleep 0.5");
        _lab.WaitFor(id, "RUNNING", Limit);
        _lab.Suspend(id);
        _lab.WaitFor(id, "SUSPENDED", Limit);
        _lab.Resume(id);
        _lab.WaitFor(id, "COMPLETED", Limit);
    }

    [Fact]
    public void Job_WithAGpu_SeesItAsTheFirst()
    {
        string[] ids = [.. Enumerable.Range(0, 2).Select(_ => Submit("echo $CUDA_VISIBLE_DEVICES; exec sleep 0.5", "--gres=gpu:1", $"--nodelist={_lab.Nodes[0]}"))];
        string[] devices = [.. ids.Select(id => File.ReadAllText(_lab.WaitFor(id, "COMPLETED", Limit).Output).Trim())];
        Assert.Equal(LabConfiguration.TracksByControlGroup ? ["0", "0"] : ["0", "1"], devices);
    }

    /// <returns>The job's id.</returns>
    private string Submit(string command, params string[] options)
    {
        string script = _folder.File("job.sh");
        File.WriteAllText(script, $"#!/bin/bash\n{command}\n");
        return _lab.SubmitIn([("GREETED", "nobody")], [$"--output={_folder.File("job-%j.log")}", "--time=2", .. options, script]);
    }
}
