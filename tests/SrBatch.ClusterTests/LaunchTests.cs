using System.Text.RegularExpressions;
using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>How a script starts srbatch decides which signals it gets, which rank it is and which GPU it takes.</summary>
public sealed partial class LaunchTests(SlurmLabFixture cluster, NightWork work) : IClassFixture<SlurmLabFixture>, IDisposable
{
    private const string Hint = "started as a child of bash in job";

    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab = cluster.Lab;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ChildOfTheScript_IsKilledUnwarned_AndWasTold()
    {
        Assert.SkipUnless(LabConfiguration.TracksByControlGroup, "without control groups Slurm signals children too");
        string run = _folder.File("run"), id = Submit($"{Infer(run)}\necho after");
        _lab.WaitUntil(id, () => RunFiles.ImageCount(run) > 0, "image", ShippedJob.Limit);
        _lab.Cancel(id);
        _lab.WaitFor(id, "CANCELLED", ShippedJob.Limit);
        _lab.ExpectNoStragglers();
        string log = File.ReadAllText(_folder.File("job.log"));
        Assert.Contains($"{Hint} {id}: Slurm signals only the script", log, StringComparison.Ordinal);
        Assert.Contains(RunFiles.Temporaries(run), IsClaim);
        // Killed so, it loses nothing that was finished.
        Submit("exec " + Infer(run), isAwaited: true);
        Assert.Equal(RunFiles.Images(work.LargeRun), RunFiles.Images(run));
    }

    [Theory]
    [InlineData("exec ", "")]
    [InlineData("srun ", "; rc=$?; exit $rc")]
    public void RecommendedForms_AreWarned_AndGetNoHint(string before, string after)
    {
        string run = _folder.File("run"), id = Submit(before + Infer(run) + after);
        _lab.WaitUntil(id, () => RunFiles.ImageCount(run) > 0, "image", ShippedJob.Limit);
        _lab.Cancel(id);
        _lab.WaitFor(id, "CANCELLED", ShippedJob.Limit);
        _lab.ExpectNoStragglers();
        Assert.DoesNotContain(Hint, File.ReadAllText(_folder.File("job.log")), StringComparison.Ordinal);
        // It gave back what it was at. Its last words are lost with srun.
        Assert.DoesNotContain(RunFiles.Temporaries(run), IsClaim);
    }

    [Fact]
    public void BatchScript_OfSeveralTasks_IsASingleProcess() =>
        Assert.Equal(["0 of 1, 0 on this node (no launcher)"], Doctor("rank", $"exec {Srbatch.Binary} doctor --device cpu", "--ntasks=4"));

    [Fact]
    public void Step_OnTwoNodes_HasRanks() => Assert.Equal(
        ["0 of 4, 0 on this node (SLURM_PROCID)", "1 of 4, 1 on this node (SLURM_PROCID)", "2 of 4, 0 on this node (SLURM_PROCID)", "3 of 4, 1 on this node (SLURM_PROCID)"],
        Doctor("rank", $"srun {Srbatch.Binary} doctor --device cpu", "--nodes=2", "--ntasks=4", "--ntasks-per-node=2"));

    [Theory]
    [InlineData("--gres=gpu:1", 1, "", "0")]
    [InlineData("--gres=gpu:2", 2, "", "0 1")] // both see both
    [InlineData("--gres=gpu:2", 2, "--gpu-bind=single:1", "0 0")]
    [InlineData("--gres=gpu:2", 2, "--gpu-bind=map_gpu:1,0", "0 0")]
    [InlineData("--gpus-per-task=1", 2, "--gpus-per-task=1", "0 0")]
    [InlineData("", 2, "", "none none")]
    public void Gpus_AreTakenByPosition(string request, int tasks, string stepOptions, string expected)
    {
        string[] options = [.. new[] { request, "--nodes=1", $"--ntasks={tasks}" }.Where(option => option.Length > 0)];
        Assert.Equal(expected.Split(' '), Doctor("gpu share", $"srun {stepOptions} {Srbatch.Binary} doctor --device cpu", options).Select(line => Number().Match(line) is { Success: true } number ? number.Groups[1].Value : line).Order(StringComparer.Ordinal));
    }

    /// <summary>MPI would take each of the processes for the only one, and each would train alone.</summary>
    [Fact]
    public void Train_OnRanksThatMpiDoesNotSee_IsRefused()
    {
        string id = Submit($"export SRBATCH_MPI=libmpich.so.12\nsrun --mpi=none {Srbatch.Binary} train --manifest {work.Training} --run {_folder.File("run")}; exit $?", options: ["--ntasks=2"]);
        Assert.Equal("69:0", _lab.WaitFor(id, "FAILED", ShippedJob.Limit).ExitCode);
        Assert.Contains("SLURM_PROCID reports 2 processes, but MPI sees 1", File.ReadAllText(_folder.File("job.log")), StringComparison.Ordinal);
        Assert.Empty(RunFiles.Checkpoints(_folder.File("run")));
    }

    private static bool IsClaim(string path) => path.EndsWith(".claim", StringComparison.Ordinal);

    private string Infer(string run) => $"{Srbatch.Binary} infer --manifest {work.Large} --run {run} --threads 1 {string.Join(' ', work.InferOptions)}";

    /// <returns>What doctor says of something, in order.</returns>
    private string[] Doctor(string what, string command, params string[] options)
    {
        Submit(command, isAwaited: true, options);
        return [.. File.ReadLines(_folder.File("job.log")).Where(line => line.StartsWith($"{what,-10} ", StringComparison.Ordinal)).Select(line => line[11..]).Order(StringComparer.Ordinal)];
    }

    private string Submit(string command, bool isAwaited = false, params string[] options)
    {
        string script = _folder.File("job.sh");
        File.WriteAllText(script, $"#!/bin/bash\n{command}\n");
        string id = _lab.Submit([$"--output={_folder.File("job.log")}", "--time=5", "--mem=3000M", .. options, script]);
        if (isAwaited)
        {
            _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit);
        }
        return id;
    }

    [GeneratedRegex("^number (\\d+) of ")]
    private static partial Regex Number();
}
