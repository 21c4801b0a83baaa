using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Core.Errors;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>Eight shards of 40 images as a job array, whole, in part, and twice at once.</summary>
public sealed class ArrayTests : IClassFixture<SlurmLabFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab;
    private readonly NightWork _work;
    private readonly string _run;

    public ArrayTests(SlurmLabFixture cluster, NightWork work)
    {
        _lab = cluster.Lab;
        _work = work;
        _run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", work.Small, "--run", _run, "--shards", "8").Expect(ExitCode.Done);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_ArrayOfEight_DoesEachImageOnce_AsOneProcessWould_AndTasksSubmittedAgainTouchTheirsAlone()
    {
        Run("0-7%4");
        Assert.Equal(NightWork.Images, JobLog.ImagesDone(_folder.Path).Count);
        ExpectSerialResult();
        string[] before = Outputs();

        Run("3,5");
        Assert.Equal(before, Outputs());

        // One image each of shards 1, 3 and 5 is lost; the array of two has a count of 2 in Slurm's variables, and still does shards 3 and 5 of 8.
        string[] lost = [FirstOfShard(1), FirstOfShard(3), FirstOfShard(5)];
        Assert.All(lost, id => File.Delete(Path.Combine(_run, "images", id + ".h5")));
        Run("3,5");
        Assert.False(File.Exists(Path.Combine(_run, "images", lost[0] + ".h5")));
        Assert.Equal(before.Where(line => !lost.Any(line.StartsWith)), Outputs().Where(line => !lost.Any(line.StartsWith)));
        Assert.Equal(NightWork.Images + 2, JobLog.ImagesDone(_folder.Path).Count);
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped);
        Run("1");
        ExpectSerialResult();
    }

    [Fact]
    public void Infer_TheSameArrayTwiceAtOnce_DoesEachImageOnce()
    {
        string[] ids = [Submit("0-7"), Submit("0-7")];
        foreach (string id in ids)
        {
            _lab.WaitFor(id, job => job.State == "COMPLETED", "COMPLETED", ShippedJob.Limit);
        }
        Assert.Equal(NightWork.Images, JobLog.ImagesDone(_folder.Path).Count);
        ExpectSerialResult();
    }

    [Fact]
    public void Infer_FourTasksOfAStepOnTwoNodes_ShareTheImages()
    {
        string id = _lab.Submit("--time=5", "--nodes=2", "--ntasks=4", "--mem=4000M", $"--output={_folder.File("step.log")}", "--wrap",
            $"srun {Srbatch.Binary} infer --manifest {_work.Small} --run {_run} --threads 1 {string.Join(' ', _work.InferOptions)}; exit $?");
        _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit);
        Assert.Equal(NightWork.Images, JobLog.ImagesDone(_folder.Path).Count);
        ExpectSerialResult();
    }

    private void ExpectSerialResult()
    {
        Assert.Equal(RunFiles.Images(_work.SmallRun), RunFiles.Images(_run));
        Assert.Equal(NightWork.Scores(_work.SmallRun), NightWork.Scores(_run));
        Assert.Empty(RunFiles.Temporaries(_run));
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done);
        _lab.ExpectNoStragglers();
    }

    private string FirstOfShard(int shard) =>
        DuckDbTable.Query($"SELECT id FROM (SELECT unnest(images, recursive := true) FROM '{_run}/plan.json') WHERE shard = {shard} ORDER BY id LIMIT 1")[0];

    private void Run(string tasks) => _lab.WaitFor(Submit(tasks), job => job.State == "COMPLETED", "COMPLETED", ShippedJob.Limit);

    private string Submit(string tasks) => _lab.SubmitScript(_folder.Path, "infer-array.sbatch", _work.Small, _run, [$"--array={tasks}"], _work.InferOptions);

    /// <summary>Name, hash and time of each.</summary>
    private string[] Outputs() => [.. RunFiles.Images(_run).Select(line => $"{line} {File.GetLastWriteTimeUtc(Path.Combine(_run, "images", line.Split(' ')[0])):O}")];
}
