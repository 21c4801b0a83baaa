using System.Globalization;
using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>A training and an inference job side by side, and what Slurm does to jobs: both end in the undisturbed run's bytes.</summary>
public sealed class InterruptionTests : IClassFixture<SlurmLabFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab;
    private readonly NightWork _work;
    private readonly string _trained, _enhanced;

    public InterruptionTests(SlurmLabFixture cluster, NightWork work)
    {
        _lab = cluster.Lab;
        _work = work;
        (_trained, _enhanced) = (_folder.File("trained"), _folder.File("enhanced"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cancelled_SavesInTime_AndGoesOnWhenSubmittedAgain()
    {
        string[] ids = StartBoth();
        Assert.All(ids, id => _lab.Cancel(id));
        Assert.All(ids, id => _lab.WaitFor(id, "CANCELLED", ShippedJob.Limit));
        _lab.ExpectNoStragglers();
        Assert.All(ids, id => Assert.Contains("stopped by a signal", File.ReadAllText(_lab.Job(id).Output), StringComparison.Ordinal));
        Finish(Submit());
    }

    [Fact]
    public void Requeued_GoesOn()
    {
        string[] ids = StartBoth();
        Array.ForEach(ids, _lab.Requeue);
        FinishRestarted(ids);
    }

    [Theory]
    [InlineData("low")] // GraceTime=5: warned by USR1
    [InlineData("low0")] // none: TERM at once
    public void Preempted_GoesOn(string partition)
    {
        string[] ids = StartBoth($"--partition={partition}");
        string urgent = _lab.Submit("--partition=high", "--exclusive", "--nodes=2", "--time=2", $"--output={_folder.File("urgent.log")}", "--wrap", "exit 0");
        _lab.WaitFor(urgent, "COMPLETED", ShippedJob.Limit);
        FinishRestarted(ids);
    }

    [Fact]
    public void NodeDown_GoesOnOnAnother()
    {
        string[] ids = StartBoth($"--nodelist={_lab.Nodes[1]}");
        _lab.SetNode(_lab.Nodes[1], "down");
        try
        {
            FinishRestarted(ids, "ReqNodeList=");
            Assert.All(ids, id => Assert.Equal(_lab.Nodes[0], _lab.Job(id).Node));
        }
        finally
        {
            _lab.BringBack(_lab.Nodes[1]);
        }
    }

    /// <summary>CONT comes with resuming, and with most other signals of Slurm's.</summary>
    [Fact]
    public void Suspended_GoesOnWhenResumed()
    {
        string[] ids = StartBoth();
        Array.ForEach(ids, _lab.Suspend);
        Assert.All(ids, id => _lab.WaitFor(id, "SUSPENDED", ShippedJob.Limit));
        Array.ForEach(ids, _lab.Resume);
        Assert.All(ids, id => _lab.Cancel(id, "-b", "-s", "CONT"));
        Finish(ids);
        Assert.All(ids, id => Assert.Equal("0:0", Assert.Single(_lab.Attempts(id)).ExitCode));
    }

    [Fact]
    public void SignalsOnTopOfEachOther_AreOneSignal()
    {
        string[] ids = StartBoth();
        // One scancel after the other takes so long on a busy machine that the last ones meet the next start.
        const int User1 = 10, User2 = 12, Terminate = 15, Continue = 18;
        ProcessIdentity[] scripts = [.. ids.Select(id => _lab.WorkerProcesses(id)[0])];
        foreach (int signal in new[] { Continue, User1, User2, Terminate, Continue, User1, Terminate })
        {
            Array.ForEach(scripts, script => script.Signal(signal));
        }
        FinishRestarted(ids);
        Assert.All(ids, id => Assert.Equal(["75:0", "0:0"], _lab.Attempts(id).Select(attempt => attempt.ExitCode)));
    }

    /// <summary>Slurm looks at time limits every 30 s, so this test may take as long.</summary>
    [Fact]
    public void TimeLimit_SavesInTime_AndGoesOn()
    {
        string[] ids = StartBoth(stretch: true);
        Assert.All(ids, id => _lab.Update(id, $"EndTime={TimeProvider.System.GetLocalNow().AddSeconds(2).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)}"));
        FinishRestarted(ids, "TimeLimit=5");
    }

    /// <summary>Starts both and waits until they are in the midst of their work.</summary>
    private string[] StartBoth(params string[] options) => StartBoth(false, options);

    /// <param name="stretch">Also slowed down, by running at the lowest priority beside a busy loop: so that the time limit comes before the end.</param>
    private string[] StartBoth(bool stretch, params string[] options)
    {
        string[] ids = Submit(options);
        _lab.WaitUntil(ids[0], () => RunFiles.Checkpoints(_trained).Count > 0, "checkpoint", ShippedJob.Limit);
        _lab.WaitUntil(ids[1], () => RunFiles.ImageCount(_enhanced) > 0, "image", ShippedJob.Limit);
        if (stretch)
        {
            // Stopped like a suspended job, but its time runs on: TERM reaches a stopped process only with the CONT that Slurm sends beside it.
            Assert.All(ids.SelectMany(_lab.WorkerProcesses), process => process.Signal(19));
        }
        return ids;
    }

    private string[] Submit(params string[] options) =>
    [
        _lab.SubmitScript(_folder.Path, "train.sbatch", _work.Training, _trained, options),
        _lab.SubmitScript(_folder.Path, "infer-array.sbatch", _work.Large, _enhanced, options, _work.InferOptions),
    ];

    private void FinishRestarted(string[] ids, params string[] settings)
    {
        foreach (string id in ids)
        {
            _lab.WaitFor(id, job => job is { State: "PENDING", Restarts: 1 } or { State: "RUNNING", Restarts: 1 } or { State: "COMPLETED", Restarts: 1 }, "restarted", ShippedJob.Limit);
            if (settings.Length > 0)
            {
                _lab.Update(id, settings);
            }
            if (_lab.Job(id).State == "PENDING")
            {
                _lab.StartNow(id);
            }
        }
        Finish(ids);
    }

    private void Finish(string[] ids)
    {
        Assert.All(ids, id => _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit));
        Assert.Equal(RunFiles.Sha256(_work.Model), RunFiles.Sha256(Path.Combine(_trained, "model.safetensors")));
        Assert.Equal(RunFiles.Images(_work.LargeRun), RunFiles.Images(_enhanced));
        Assert.Equal(NightWork.Scores(_work.LargeRun), NightWork.Scores(_enhanced));
        Assert.Empty(RunFiles.Temporaries(_trained));
        Assert.Empty(RunFiles.Temporaries(_enhanced));
        Assert.Equal(NightWork.LargeImages, JobLog.ImagesDone(_folder.Path).Count);
        _lab.ExpectNoStragglers();
    }
}
