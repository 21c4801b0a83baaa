using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Work;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Storage;

namespace SrBatch.ClusterTests;

/// <summary>Jobs that end with 75 again and again, jobs that wait for others, and jobs that ask for too much.</summary>
public sealed class RestartTests(SlurmLabFixture cluster, NightWork work) : IClassFixture<SlurmLabFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SlurmLab _lab = cluster.Lab;

    public void Dispose() => _folder.Dispose();

    /// <summary>Each start of it gets USR1 as soon as it catches it, and so before it can do anything, until the file goes away.</summary>
    [Fact]
    public void Infer_RestartedInVain_IsHeld_AndGoesOnWhenReleased()
    {
        string trouble = _folder.File("trouble"), command = _folder.File("srbatch"), run = _folder.File("run");
        File.WriteAllText(trouble, "");
        File.WriteAllText(command, $"#!/bin/bash\n[ ! -e {trouble} ] || (until grep -q '^SigCgt.*[2367abef]..$' /proc/$$/status; do sleep 0.01; done; kill -USR1 $$) &\nexec {Srbatch.Binary} \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string id = _lab.SubmitIn(
            [("MANIFEST", work.Large), ("RUN", run), ("SRBATCH", command)],
            ["--cpus-per-task=1", "--mem=1500M", "--time=5", "--time-min=1", $"--output={_folder.File("infer.log")}", Scripts.ShippedScripts.PathOf("infer-array.sbatch"), "--threads", "1", "--max-restarts", "2", .. work.InferOptions]);
        for (int restart = 1; restart <= 3; restart++)
        {
            _lab.WaitFor(id, job => job.State == "PENDING" && job.Restarts == restart, "PENDING again", ShippedJob.Limit);
            _lab.StartNow(id);
        }
        _lab.WaitFor(id, "SPECIAL_EXIT", ShippedJob.Limit);
        Assert.Equal(["75:0", "75:0", "75:0", "76:0"], _lab.Attempts(id).Select(attempt => attempt.ExitCode));
        Assert.Contains($"restarts used up: job {id} was restarted 3 times in a row without any progress (--max-restarts 2).", File.ReadAllText(_folder.File("infer.log")), StringComparison.Ordinal);

        File.Delete(trouble);
        _lab.Release(id);
        _lab.StartNow(id);
        _lab.WaitFor(id, "COMPLETED", ShippedJob.Limit);
        Assert.Equal(RunFiles.Images(work.LargeRun), RunFiles.Images(run));
        Assert.Empty(Directory.GetFiles(Path.Combine(run, "restarts")));
    }

    [Fact]
    public void Report_AfterAnArray_WaitsThroughARestart_AndIsCancelledWhenAnImageFails()
    {
        string run = _folder.File("run");
        string array = _lab.SubmitScript(_folder.Path, "infer-array.sbatch", work.Large, run, ["--array=0", "--hold"], work.InferOptions);
        Srbatch.Run("plan", "--manifest", work.Large, "--run", run, "--shards", "1");
        // The page's pictures need libtorch, and that more than the lab's default of 100 MB.
        string report = Wrap($"{Srbatch.Binary} report --run {run}", $"--dependency=afterok:{array}", "--mem=1G");
        _lab.Release(array);
        _lab.WaitUntil(array, () => RunFiles.ImageCount(run) > 0, "image", ShippedJob.Limit);
        _lab.Requeue($"{array}_0");
        _lab.WaitFor($"{array}_0", job => job is { State: "PENDING", Restarts: 1 }, "PENDING again", ShippedJob.Limit);
        Assert.Equal("PENDING", _lab.Job(report).State);
        _lab.StartNow($"{array}_0");
        _lab.WaitFor(report, "COMPLETED", ShippedJob.Limit);
        Assert.True(File.Exists(Path.Combine(run, "quality.parquet")));

        // A file that is none: 65, so afterok can never be met, and afterany runs.
        string bad = ManifestJson.Write(_folder.File("bad.json"), [ManifestJson.Image("bad", _folder.File("none.h5"), "/low"), ManifestJson.Image("good", _folder.File("good.h5"), "/low")]);
        File.Copy(Path.Combine(Path.GetDirectoryName(work.Large)!, "large-0.h5"), _folder.File("good.h5"));
        string badRun = _folder.File("bad-run");
        Srbatch.Run("plan", "--manifest", bad, "--run", badRun, "--shards", "1");
        string failing = _lab.SubmitScript(_folder.Path, "infer-array.sbatch", bad, badRun, ["--array=0", "--hold"], work.InferOptions);
        string afterOk = Wrap("exit 0", $"--dependency=afterok:{failing}"), afterAny = Wrap("exit 0", $"--dependency=afterany:{failing}");
        _lab.Release(failing);
        _lab.WaitFor($"{failing}_0", job => job is { State: "FAILED", ExitCode: "65:0" }, "FAILED with 65", ShippedJob.Limit);
        _lab.WaitFor(afterAny, "COMPLETED", ShippedJob.Limit);
        Assert.Equal("DependencyNeverSatisfied", _lab.WaitFor(afterOk, "CANCELLED", ShippedJob.Limit).Reason);
        Assert.Equal(1, RunFiles.ImageCount(badRun));
    }

    /// <summary>Two deaths for lack of memory are the image's own; it costs no other image its result.</summary>
    [Fact]
    public void Infer_ImagesThatNeedTooMuchMemory_FailAlone_OrAreDoneInSmallerWindows()
    {
        Assert.SkipUnless(LabConfiguration.TracksByControlGroup, "memory of jobs is bounded by control groups, which cannot be made here");
        // The output of the first is more than this program's own share of the job's memory; the network needs more than the job has for the
        // second, but not in smaller windows.
        WriteLarge("vast", 6000);
        WriteLarge("huge", 3000);
        string manifest = ManifestJson.Write(
            _folder.File("m.json"),
            [
                ManifestJson.Image("vast", _folder.File("vast.h5"), "/low"), ManifestJson.Image("huge", _folder.File("huge.h5"), "/low"),
                .. Enumerable.Range(0, 3).Select(i => ManifestJson.Image($"large-{i}", Path.Combine(Path.GetDirectoryName(work.Large)!, $"large-{i}.h5"), "/low")),
            ],
            inference: new { tile = 8192, halo = 16 });
        string run = _folder.File("run"), id = _lab.SubmitScript(_folder.Path, "infer-array.sbatch", manifest, run, ["--mem=900M"], work.InferOptions);
        _lab.WaitFor(id, job => job.HasEnded, "ended", TimeSpan.FromSeconds(120));
        string log = File.ReadAllText(_lab.Job(id).Output);
        Assert.True(log.Contains("attempts were killed, probably for lack of memory; from now on windows have at most", StringComparison.Ordinal), $"{_lab.Job(id)}\n{log}");
        Assert.Contains("vast failed: it needs more memory than this process may have.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("huge failed", log, StringComparison.Ordinal);
        Assert.Equal(["huge.h5", "large-0.h5", "large-1.h5", "large-2.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Assert.Empty(RunFiles.Temporaries(run));
        _lab.ExpectNoStragglers();
    }

    /// <summary>What unpacks its chunks takes more than the job has, whatever the windows.</summary>
    [Fact]
    public void Infer_ImageThatNeedsTooMuchMemoryInAnyWindows_FailsAlone_AfterFiveKills()
    {
        Assert.SkipUnless(LabConfiguration.TracksByControlGroup, "memory of jobs is bounded by control groups, which cannot be made here");
        var filter = new CrashingFilter(_folder, CrashingFilter.TakesMemory);
        filter.Write(_folder.File("packed.h5"), isHarmful: true);
        string manifest = ManifestJson.Write(
            _folder.File("m.json"),
            [
                ManifestJson.Image("packed", _folder.File("packed.h5"), "/low"),
                .. Enumerable.Range(0, 3).Select(i => ManifestJson.Image($"large-{i}", Path.Combine(Path.GetDirectoryName(work.Large)!, $"large-{i}.h5"), "/low")),
            ]);
        string run = _folder.File("run"), id = _lab.SubmitScript(_folder.Path, "infer-array.sbatch", manifest, run, ["--mem=900M"], work.InferOptions, filter.Environment);
        _lab.WaitFor(id, job => job.HasEnded, "ended", TimeSpan.FromSeconds(120));
        string log = File.ReadAllText(_lab.Job(id).Output);
        Assert.True(
            log.Contains("packed failed: it needs more memory than this process may have: 5 attempts at it were killed, though it came last and alone", StringComparison.Ordinal),
            $"{_lab.Job(id)}\n{log}");
        Assert.Equal(["large-0.h5", "large-1.h5", "large-2.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
    }

    private void WriteLarge(string name, int side) => ChildProcess.Python("""
        import h5py, numpy, sys
        side = int(sys.argv[2])
        with h5py.File(sys.argv[1], "w") as f:
            f.create_dataset("low", data=numpy.random.default_rng(1).integers(0, 4000, (side, side)).astype("u2"), chunks=(250, 250))
        """, _folder.File(name + ".h5"), $"{side}");

    private string Wrap(string command, params string[] options) => _lab.Submit(["--time=2", $"--output={_folder.File("wrap-%j.out")}", .. options, "--wrap", command]);
}
