using SrBatch.ClusterTests.Lab;
using SrBatch.Core.Errors;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>slurm/infer-array.sbatch through what Slurm does to it.</summary>
public sealed class InferArrayTests(SlurmLabFixture cluster, TrainedModel tiny) : IClassFixture<SlurmLabFixture>, IDisposable
{
    // The lab first: where it skips or fails the test, nobody would delete the folder.
    private readonly SlurmLab _lab = cluster.Lab;
    private readonly TemporaryFolder _folder = new();

    private string Manifest => _folder.File("all.json");
    private string Run => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_FinishedTaskRequeued_ChangesNothing()
    {
        Plan(shards: 2);
        string id = Submit("0-1");
        _lab.WaitFor(id, job => job.State == "COMPLETED", "COMPLETED", ShippedJob.Limit);
        Assert.Equal(TrainedModel.Ids.Count, RunFiles.ImageCount(Run));
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

    /// <summary>All of the images, each in a shard.</summary>
    private void Plan(int shards)
    {
        ManifestJson.Write(Manifest, TrainedModel.Ids.Select(id => ManifestJson.Pair(id, tiny.File(id), "test")));
        Srbatch.Run("plan", "--manifest", Manifest, "--run", Run, "--shards", $"{shards}").Expect(ExitCode.Done);
    }

    private string Submit(string tasks) => _lab.SubmitScript(_folder.Path, "infer-array.sbatch", Manifest, Run, [$"--array={tasks}"], ["--model", tiny.Model]);

    /// <summary>Name, hash and time of each.</summary>
    private string[] Outputs() => [.. RunFiles.Images(Run).Select(line => $"{line} {File.GetLastWriteTimeUtc(Path.Combine(Run, "images", line.Split(' ')[0])):O}")];
}
