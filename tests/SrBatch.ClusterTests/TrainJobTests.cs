using SrBatch.ClusterTests.Lab;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>slurm/train.sbatch through what Slurm does to it.</summary>
public sealed class TrainJobTests(SlurmLabFixture cluster, LongTraining whole)
    : IClassFixture<SlurmLabFixture>, IClassFixture<LongTraining>, IDisposable
{
    // The lab first: where it skips or fails the test, nobody would delete the folder.
    private readonly SlurmLab _lab = cluster.Lab;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_WarnedBySlurm_IsRequeuedAndEndsInTheSameModel()
    {
        string run = _folder.File("run"), id = Submit(run);
        string log = _lab.Job(id).Output;
        _lab.WaitUntil(id, () => File.Exists(log) && File.ReadAllText(log).Contains($"step 3 of {LongTraining.Steps}", StringComparison.Ordinal), "step 3", ShippedJob.Limit);
        _lab.Cancel(id, "-b", "-s", "USR1");
        ClusterJob stopped = Assert.Single(_lab.WaitFor(id, job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", ShippedJob.Limit));
        Assert.Equal("75:0", stopped.ExitCode);
        Assert.NotEmpty(RunFiles.Checkpoints(run));
        _lab.ExpectNoStragglers();

        _lab.StartNow(id);
        ClusterJob done = _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit);
        Assert.Equal(("0:0", 1), (done.ExitCode, done.Restarts));
        Assert.Equal(["75:0", "0:0"], _lab.Attempts(id).Select(attempt => attempt.ExitCode));
        Assert.Equal(whole.ModelSha256, RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
        string both = File.ReadAllText(log);
        Assert.Contains("stopped by a signal after step ", both, StringComparison.Ordinal);
        Assert.Contains("resuming from ", both, StringComparison.Ordinal);
        _lab.ExpectNoStragglers();
    }

    [Fact]
    public void Train_WorkerKilled_IsResubmittedAndEndsInTheSameModel()
    {
        string run = _folder.File("run"), id = Submit(run);
        _lab.WaitUntil(id, () => RunFiles.Checkpoints(run).Count > 0, "checkpoint", ShippedJob.Limit);
        // The supervisor first: it would start its child again.
        ProcessIdentity supervisor = _lab.WorkerProcesses(id)[0];
        supervisor.Signal(SrbatchProcess.Kill);
        Assert.Equal("0:9", _lab.WaitFor(id, "FAILED", ShippedJob.Limit).ExitCode);
        _lab.ExpectNoStragglers();

        string again = Submit(run);
        _lab.WaitFor(again, "COMPLETED", ShippedJob.Limit);
        Assert.Equal(whole.ModelSha256, RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
    }

    private string Submit(string run) => _lab.SubmitScript(_folder.Path, "train.sbatch", whole.Manifest, run, arguments: LongTraining.Arguments);
}
