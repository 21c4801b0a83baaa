using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Several processes on one manifest.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _manifest;

    public ShardTests(TrainedModel tiny)
    {
        _tiny = tiny;
        _manifest = ManifestJson.Write(_folder.File("all.json"), TrainedModel.Ids.Select(id => ManifestJson.Pair(id, tiny.File(id), "test")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_ThreeShardsInRunsOfTheirOwn_DoEveryImageOnce()
    {
        SrbatchProcess[] tasks = [.. Enumerable.Range(0, 3).Select(i => Srbatch.Start([.. Infer(_folder.File($"run-{i}")), "--shard", $"{i}/3"]))];
        Assert.All(tasks, task => task.Wait().Expect(ExitCode.Done));
        string[][] names = [.. Enumerable.Range(0, 3).Select(i => RunFiles.Images(_folder.File($"run-{i}")).Select(line => line.Split('.')[0]).ToArray())];
        Assert.Equal(TrainedModel.Ids, names.SelectMany(shard => shard).Order(StringComparer.Ordinal));
        Assert.All(names, shard => Assert.InRange(shard.Length, 2, 3));
    }

    [Fact]
    public void Infer_ArrayOfThree_InOneRun_DoesEveryImageOnce_WhateverTheArraysOwnCount()
    {
        string run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "3").Expect(ExitCode.Done);
        var found = new List<string>();
        for (int task = 0; task < 3; task++)
        {
            SrbatchResult result = Srbatch.RunIn([.. Task(task), ("SLURM_ARRAY_TASK_COUNT", "1"), ("SLURM_JOB_ID", "77"), ("SLURM_RESTART_COUNT", "2")], Infer(run)).Expect(ExitCode.Done);
            Assert.StartsWith($"shard {task}/3: ", result.Logged("info")[0], StringComparison.Ordinal);
            found.AddRange(RunFiles.Images(run).Except(found));
        }
        Assert.Equal(8, found.Count);
        Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
        Assert.Equal(["8|8|77|0|2|3|3"], DuckDbTable.Query($"SELECT count(*), count(DISTINCT image), min(slurm_job_id), min(slurm_array_task_id), max(slurm_array_task_id), min(attempt), max(attempt) FROM '{run}/quality.parquet'"));
    }

    [Fact]
    public void Plan_MoreShardsThanImages_IsRefused_AndFreezesNothing()
    {
        string run = _folder.File("run");
        SrbatchResult refused = Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "20000").Expect(ExitCode.BadManifest);
        Assert.Equal(
            [$"--shards is 20000, but {_manifest} has 8 images to enhance; at most one shard an image. Use --shards 8 or fewer."],
            refused.Logged("error"));
        Assert.False(File.Exists(Path.Combine(run, "plan.json")));
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "8").Expect(ExitCode.Done);
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "9").Expect(ExitCode.BadManifest);
    }

    [Fact]
    public void Infer_ArrayTaskOutsideThePlan_IsRefused()
    {
        string run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "3").Expect(ExitCode.Done);
        SrbatchResult result = Srbatch.RunIn(Task(3), Infer(run)).Expect(ExitCode.Usage);
        Assert.Equal([$"SLURM_ARRAY_TASK_ID is 3, but {run}/plan.json has 3 shards, 0 to 2. Submit --array=0-2, or plan again with 'srbatch plan --shards N'."], result.Logged("error"));
        Assert.Equal(0, RunFiles.ImageCount(run));
    }

    [Fact]
    public void Infer_ArrayWithoutPlan_IsRefused()
    {
        string run = _folder.File("run");
        SrbatchResult result = Srbatch.RunIn(Task(0), Infer(run)).Expect(ExitCode.Usage);
        Assert.Equal(
            [
                $"this is task 0 of a job array, but {run}/plan.json does not exist. The plan says how many shards there are, because an array may be "
                + "resubmitted in parts. "
                + $"Run 'srbatch plan --manifest {_manifest} --run {run} --shards N' first, or pass --shard I/N.",
            ],
            result.Logged("error"));
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void Infer_ThreeProcessesOnTheSameShard_DoEveryImageOnce_AndEachEndsWhenAllAreDone()
    {
        string one = _folder.File("one"), many = _folder.File("many");
        Srbatch.Run(Infer(one)).Expect(ExitCode.Done);
        SrbatchProcess[] tasks = [.. Enumerable.Range(0, 3).Select(_ => Srbatch.Start(Infer(many)))];
        SrbatchResult[] results = [.. tasks.Select(task => task.Wait().Expect(ExitCode.Done))];
        Assert.Equal(TrainedModel.Ids, results.SelectMany(RunFiles.ImagesLogged).Order(StringComparer.Ordinal));
        Assert.Equal(RunFiles.Images(one), RunFiles.Images(many));
        Assert.Empty(RunFiles.Temporaries(many));
        Srbatch.Run("report", "--run", many).Expect(ExitCode.Done);
        Assert.Equal(["8|8"], DuckDbTable.Query($"SELECT count(*), count(DISTINCT image) FROM '{many}/quality.parquet'"));
    }

    [Fact]
    public void Plan_FourProcessesAtOnce_Agree()
    {
        string run = _folder.File("run"), alone = _folder.File("alone");
        SrbatchProcess[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Srbatch.Start("plan", "--manifest", _manifest, "--run", run, "--shards", "3"))];
        SrbatchResult[] results = [.. tasks.Select(task => task.Wait().Expect(ExitCode.Done))];
        Assert.Single(results.Select(result => result.Output).Distinct());
        Assert.Single(results, result => result.Logged("info").Contains($"plan frozen in {run}/plan.json: 8 images, 3 shards"));
        Srbatch.Run("plan", "--manifest", _manifest, "--run", alone, "--shards", "3").Expect(ExitCode.Done);
        Assert.Equal(File.ReadAllText(Path.Combine(alone, "plan.json")), File.ReadAllText(Path.Combine(run, "plan.json")));
        Assert.Empty(RunFiles.Temporaries(run));
    }

    [Fact]
    public void Infer_AfterAChangeOfTheManifest_IsRefused()
    {
        string run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
        string before = RunFiles.Sha256(_manifest);
        File.AppendAllText(_manifest, "\n");
        SrbatchResult result = Srbatch.Run(Infer(run)).Expect(ExitCode.BadManifest);
        Assert.Equal(
            [$"{run}/plan.json was made from another manifest (sha256 {before[..12]}) than {_manifest} (sha256 {RunFiles.Sha256(_manifest)[..12]}). Use a new run folder, or restore the manifest."],
            result.Logged("error"));
    }

    private static (string Name, string Value)[] Task(int task) => [("SLURM_ARRAY_TASK_ID", $"{task}")];

    private string[] Infer(string run) => ["infer", "--manifest", _manifest, "--run", run, "--model", _tiny.Model, .. Srbatch.Exact];
}
