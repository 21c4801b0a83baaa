using SrBatch.ClusterTests.Lab;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>What tasks compute with: GPUs, memory, and the images that a training could not use.</summary>
public sealed class ComputeTests(SlurmLabFixture cluster, TrainedModel tiny) : IClassFixture<SlurmLabFixture>, IDisposable
{
    private readonly SlurmLab _lab = cluster.Lab;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The build under test has no CUDA, and the lab's GPUs are device files.</summary>
    [Fact]
    public void AGpuThatCannotBeUsed_FailsTheJob_UnlessTheCpuIsAskedFor()
    {
        const string Script = "train.sbatch";
        string refused = _lab.SubmitScript(_folder.Path, Script, tiny.Manifest, _folder.File("refused"), ["--gres=gpu:1"]);
        string asked = _lab.SubmitScript(_folder.Path, Script, tiny.Manifest, _folder.File("asked"), ["--gres=gpu:1"], ["--device", "cpu"]);
        ClusterJob failed = _lab.WaitFor(refused, "FAILED", ShippedJob.Limit);
        Assert.Equal("69:0", failed.ExitCode);
        Assert.Contains(
            "this task has a GPU (CUDA_VISIBLE_DEVICES=0), but cannot use it: this libtorch is built for the CPU only",
            File.ReadAllText(failed.Output),
            StringComparison.Ordinal);
        Assert.Equal("0:0", _lab.WaitFor(asked, "COMPLETED", ShippedJob.Limit).ExitCode);
    }

    /// <summary>Slurm knows of two tasks, and each process of the step plans with half of the memory.</summary>
    [Fact]
    public void TasksOfANode_ShareItsMemory()
    {
        string run = _folder.File("run");
        string id = _lab.SubmitScript(
            _folder.Path, "train.sbatch", tiny.Manifest, run, ["--ntasks-per-node=2", "--mem=3G"], ["--steps", "2"], ("SRBATCH_SRUN_MPI", "pmi2"));
        string log = File.ReadAllText(_lab.WaitFor(id, "COMPLETED", ShippedJob.Limit).Output);
        Assert.Matches("memory: [0-9.]+ GB for 2 processes on this node", log);
    }

    /// <summary>The documented chain: train, then infer by afterok.</summary>
    [Fact]
    public void ATrainingWithADamagedImage_StartsTheNextJobOfTheChain()
    {
        string damaged = _folder.File("damaged.h5"), run = _folder.File("run");
        byte[] whole = File.ReadAllBytes(tiny.File("mixed-0001"));
        File.WriteAllBytes(damaged, whole[..(whole.Length / 2)]);
        string manifest = ManifestJson.Write(
            _folder.File("m.json"),
            [
                ManifestJson.Pair("bad", damaged, "train"),
                ManifestJson.Pair("good", tiny.File("mixed-0000"), "train"),
                ManifestJson.Pair("other", tiny.File("mixed-0001"), "test"),
            ],
            new { steps = 2, batch = 1, patch = 32, loss = "mse", checkpointEvery = 2 });
        string train = _lab.SubmitScript(_folder.Path, "train.sbatch", manifest, run);
        string next = _lab.SubmitIn([], [$"--dependency=afterok:{train}", $"--output={_folder.File("next.log")}", $"--wrap=test -e {run}/model.safetensors"]);
        ClusterJob trained = _lab.WaitFor(train, "COMPLETED", ShippedJob.Limit);
        Assert.Equal("0:0", trained.ExitCode);
        Assert.Contains(
            "the model was trained without 1 of 2 images, which could not be used: bad. 'srbatch check' gives each reason.",
            File.ReadAllText(trained.Output),
            StringComparison.Ordinal);
        _lab.WaitFor(next, "COMPLETED", ShippedJob.Limit);
    }
}
