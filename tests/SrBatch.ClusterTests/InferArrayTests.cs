using SrBatch.Core.Errors;
using SrBatch.ClusterTests.Lab;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>slurm/infer-array.sbatch through what Slurm does to it.</summary>
[Collection(nameof(SlurmLab))]
public sealed class InferArrayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab;
    private readonly TrainedModel _tiny;
    private readonly string _manifest, _run;

    public InferArrayTests(SlurmLabFixture cluster, TrainedModel tiny)
    {
        _lab = cluster.Lab;
        _tiny = tiny;
        _manifest = ManifestJson.Write(_folder.File("all.json"), TrainedModel.Ids.Select(id => ManifestJson.Pair(id, tiny.File(id), "test")));
        _run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--shards", "2").Expect(ExitCode.Done);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_FinishedTaskRequeued_ChangesNothing()
    {
        string id = Submit("0-1");
        _lab.WaitFor(id, job => job.State == "COMPLETED", "COMPLETED", ShippedJob.Limit);
        Assert.Equal(TrainedModel.Ids.Count, RunFiles.ImageCount(_run));
        string[] before = Outputs();

        string task = $"{id}_1";
        _lab.Requeue(task);
        _lab.WaitFor(task, job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", ShippedJob.Limit);
        _lab.StartNow(task);
        ClusterJob done = _lab.WaitFor(task, "COMPLETED", ShippedJob.Limit);
        Assert.Equal("0:0", done.ExitCode);
        Assert.Equal(["0:0", "0:0"], _lab.Attempts(task).Select(attempt => attempt.ExitCode));
        Assert.Equal(before, Outputs());
        _lab.ExpectNoStragglers();
    }

    private string Submit(string tasks) => _lab.SubmitScript(_folder.Path, "infer-array.sbatch", _manifest, _run, [$"--array={tasks}"], ["--model", _tiny.Model]);

    /// <summary>Name, hash and time of each.</summary>
    private string[] Outputs() => [.. RunFiles.Images(_run).Select(line => $"{line} {File.GetLastWriteTimeUtc(Path.Combine(_run, "images", line.Split(' ')[0])):O}")];
}
