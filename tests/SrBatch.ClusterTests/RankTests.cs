using SrBatch.ClusterTests.Lab;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>slurm/train.sbatch with a task on each of two nodes, by Open MPI and by MPICH, through what happens to jobs.</summary>
public sealed class RankTests(SlurmLabFixture cluster, TrainedModel tiny) : IClassFixture<SlurmLabFixture>, IDisposable
{
    private const string Steps = "60";

    private readonly SlurmLab _lab = cluster.Lab;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pmix")]
    [InlineData("pmi2")]
    public void Train_OnTwoNodes_IsWarnedRequeuedAndEndsInTheUndisturbedModel(string mpi)
    {
        string undisturbed = _folder.File("undisturbed"), run = _folder.File("run");
        _lab.WaitFor(Submit(undisturbed, mpi), "COMPLETED", ShippedJob.Limit);

        string id = Submit(run, mpi);
        _lab.WaitUntil(id, () => RunFiles.Checkpoints(run).Count > 0, "checkpoint", ShippedJob.Limit);
        _lab.Cancel(id, "-b", "-s", "USR1");
        ClusterJob stopped = Assert.Single(_lab.WaitFor(id, job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", ShippedJob.Limit));
        Assert.Equal("75:0", stopped.ExitCode);
        _lab.ExpectNoStragglers();
        _lab.StartNow(id);
        ClusterJob done = _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit);

        Assert.Equal(("0:0", 1), (done.ExitCode, done.Restarts));
        Assert.Equal(RunFiles.Sha256(Path.Combine(undisturbed, "model.safetensors")), RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
        Assert.Empty(RunFiles.Temporaries(run));
        string log = File.ReadAllText(done.Output);
        Assert.Contains(mpi == "pmix" ? "2 processes train together (Open MPI" : "2 processes train together (MPICH", log, StringComparison.Ordinal);
        Assert.Contains("stopped by a signal after step ", log, StringComparison.Ordinal);
        Assert.Contains("resuming from ", log, StringComparison.Ordinal);
        _lab.ExpectNoStragglers();
    }

    [Theory]
    [InlineData("pmix", 0)]
    [InlineData("pmix", 1)]
    [InlineData("pmi2", 1)]
    public void ARankKilled_EndsTheJobSoon_AndAnotherNumberOfRanksGoesOn(string mpi, int rank)
    {
        string run = _folder.File("run"), id = Submit(run, mpi);
        _lab.WaitUntil(id, () => RunFiles.Checkpoints(run).Count > 0, "checkpoint", ShippedJob.Limit);
        ProcessIdentity[] workers = [.. _lab.WorkerProcesses(id)];
        Assert.Equal(2, workers.Length);
        workers[rank].Signal(SrbatchProcess.Kill);
        // The launcher's doing: by itself the rank that is left would wait for its --rank-timeout, 600 s.
        ClusterJob ended = Assert.Single(_lab.WaitFor(id, job => job.State is not "RUNNING" and not "COMPLETING", "ended", ShippedJob.Limit));
        Assert.NotEqual("0:0", ended.ExitCode);
        _lab.ExpectNoStragglers();

        string again = _lab.SubmitScript(_folder.Path, "train.sbatch", tiny.Manifest, run, arguments: ["--steps", Steps]);
        string log = _lab.WaitFor(again, "COMPLETED", ShippedJob.Limit).Output;
        Assert.Contains("resuming from ", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run, "model.safetensors")));
    }

    [Theory]
    [InlineData("pmix")]
    [InlineData("pmi2")]
    public void ARankThatHangs_IsNamed_AndTheJobStartsAgain(string mpi)
    {
        string run = _folder.File("run"), id = Submit(run, mpi, "--rank-timeout", "3");
        _lab.WaitUntil(id, () => RunFiles.Checkpoints(run).Count > 0, "checkpoint", ShippedJob.Limit);
        const int Stop = 19;
        ProcessIdentity hung = _lab.WorkerProcesses(id)[1];
        hung.Signal(Stop);
        ClusterJob ended = Assert.Single(_lab.WaitFor(id, job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", ShippedJob.Limit));
        Assert.Equal("75:0", ended.ExitCode);
        Assert.Matches("rank [01] on node \\S+ hangs or is gone: rank [01] of 2 on node \\S+ has waited 3 s in MPI_", File.ReadAllText(ended.Output));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(run), path => Path.GetFileName(path).StartsWith(".waiting-", StringComparison.Ordinal));
        _lab.ExpectNoStragglers();
        _lab.Cancel(id);
    }

    /// <summary>As where a site's wrapper or prolog ends the step without an error.</summary>
    [Fact]
    public void AnSrunThatDoesNothing_FailsTheJob()
    {
        string run = _folder.File("run"), srun = _folder.File("srun");
        File.WriteAllText(srun, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(srun, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        string id = _lab.SubmitScript(
            _folder.Path, "train.sbatch", tiny.Manifest, run, ["--nodes=2", "--ntasks-per-node=1"], ["--steps", Steps], ("PATH", path));
        ClusterJob failed = _lab.WaitFor(id, "FAILED", ShippedJob.Limit);
        Assert.Equal("69:0", failed.ExitCode);
        Assert.Equal(
            $"error   srun returned 0, but {run} has no model.safetensors: no task has trained. Look at the log above and at 'srun --mpi=list'.",
            File.ReadAllText(failed.Output).Trim());
    }

    /// <summary>Other ranks waited for long for one that then ended by itself: to start again would not help.</summary>
    [Fact]
    public void ARankThatFails_WhileOthersHaveWaited_FailsTheJobWithItsCode()
    {
        string run = _folder.File("run"), srun = _folder.File("srun");
        File.WriteAllText(srun, $"#!/bin/sh\nmkdir -p {run}/.waiting-$SLURM_JOB_ID.0.0\n: >{run}/.waiting-$SLURM_JOB_ID.0.0/0\nexit 65\n");
        File.SetUnixFileMode(srun, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        string id = _lab.SubmitScript(
            _folder.Path, "train.sbatch", tiny.Manifest, run, ["--nodes=2", "--ntasks-per-node=1"], ["--steps", Steps], ("PATH", path));
        Assert.Equal("65:0", _lab.WaitFor(id, "FAILED", ShippedJob.Limit).ExitCode);
        Assert.Empty(Directory.GetDirectories(run, ".waiting-*"));
    }

    private string Submit(string run, string mpi, params string[] arguments) => _lab.SubmitScript(
        _folder.Path, "train.sbatch", tiny.Manifest, run, ["--nodes=2", "--ntasks-per-node=1"], ["--steps", Steps, .. arguments],
        ("SRBATCH_SRUN_MPI", mpi));
}
