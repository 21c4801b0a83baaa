using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A disk that takes no more: exit 74, a message that says what to do, nothing half there, and the same command goes on afterwards.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _manifest;

    public FullDiskTests(TrainedModel tiny)
    {
        _tiny = tiny;
        _manifest = ManifestJson.Write(_folder.File("all.json"), TrainedModel.Ids.Select(id => ManifestJson.Pair(id, tiny.File(id), "test")));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_FullDisk_EndsWith74_AndGoesOnWhenThereIsSpace()
    {
        string disk = _folder.File("disk"), run = Path.Combine(disk, "run"), whole = _folder.File("whole");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Mount("-t", "tmpfs", "-o", "size=176k", "srbatch-test", disk), "only root may mount a small disk; Infer_FileSizeLimit tests the same");
        try
        {
            SrbatchResult full = Srbatch.Run(Infer(run)).Expect(ExitCode.CannotWrite);
            string error = Assert.Single(full.Logged("error"));
            // Where an image is only claimed, it is the claim's file that finds the disk full.
            Assert.Matches($"^{run}/(images|quality)/([^/.][^/]*\\.(h5|parquet)|\\.[^/]*\\.h5\\.claim): cannot be written: the disk is full\\. Free space or choose another run folder, then start again: finished images are kept\\.$", error);
            Assert.InRange(RunFiles.ImageCount(run), 1, 7);
            Assert.Empty(RunFiles.Temporaries(run));

            Assert.True(Mount("-o", "remount,size=16m", disk));
            Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
            Srbatch.Run(Infer(whole)).Expect(ExitCode.Done);
            Assert.Equal(RunFiles.Images(whole), RunFiles.Images(run));
            Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
            Assert.Equal(["8|8"], DuckDbTable.Query($"SELECT count(*), count(psnr_db) FROM '{run}/quality.parquet'"));
        }
        finally
        {
            ChildProcess.Run("umount", disk);
        }
    }

    /// <summary>
    /// Room for a random part of what is to be written: the disk is full at another moment each time. SRBATCH_FULL_DISKS sets how often
    /// (6), SRBATCH_FULL_DISK_SEED when (1).
    /// </summary>
    [Fact]
    public void TrainAndInfer_DiskFullAtRandomMoments_EndWith74_AndGoOnToTheSameBytes()
    {
        string disk = _folder.File("disk"), run = Path.Combine(disk, "run"), whole = _folder.File("whole");
        Directory.CreateDirectory(disk);
        Srbatch.Run(Infer(whole)).Expect(ExitCode.Done);
        int times = Setting("SRBATCH_FULL_DISKS") ?? 6, seed = Setting("SRBATCH_FULL_DISK_SEED") ?? 1;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {times} disks");
        var random = new Random(seed);
        for (int i = 0; i < times; i++)
        {
            bool isTraining = i % 2 == 0;
            // A training keeps up to five checkpoints of some 900 KiB, an image has about 20 KiB.
            int kilobytes = isTraining ? random.Next(64, 6000) : random.Next(64, 180);
            Assert.SkipUnless(Mount("-t", "tmpfs", "-o", $"size={kilobytes}k", "srbatch-test", disk), "only root may mount a small disk; Infer_FileSizeLimit and Train_FileSizeLimit test the same");
            try
            {
                string[] command = isTraining ? ["train", "--manifest", _tiny.Manifest, "--run", run, "--threads", "1"] : Infer(run);
                SrbatchResult full = Srbatch.Run(command);
                if (full.Code != (int)ExitCode.Done)
                {
                    full.Expect(ExitCode.CannotWrite);
                    Assert.Contains("cannot be written: the disk is full. Free space", Assert.Single(full.Logged("error")), StringComparison.Ordinal);
                }
                TestContext.Current.TestOutputHelper?.WriteLine($"{kilobytes} KiB: exit {full.Code}; {RunFiles.Checkpoints(run).Count} checkpoints, {RunFiles.ImageCount(run)} images");
                Assert.True(Mount("-o", "remount,size=32m", disk));
                Srbatch.Run(command).Expect(ExitCode.Done);
                if (isTraining)
                {
                    Assert.Equal(RunFiles.Sha256(_tiny.Model), RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
                }
                else
                {
                    Assert.Equal(RunFiles.Images(whole), RunFiles.Images(run));
                    Srbatch.Run("report", "--run", run).Expect(ExitCode.Done);
                    Assert.Equal(["8|8"], DuckDbTable.Query($"SELECT count(*), count(psnr_db) FROM '{run}/quality.parquet'"));
                }
                Assert.Empty(RunFiles.Temporaries(run));
            }
            finally
            {
                ChildProcess.Run("umount", disk);
            }
        }
    }

    [Fact]
    public void Infer_ReadOnlyFolder_EndsWith74_AndGoesOnWhenWritable()
    {
        string disk = _folder.File("disk"), run = Path.Combine(disk, "run");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Mount("-t", "tmpfs", "-o", "size=16m", "srbatch-test", disk), "only root may mount a read-only disk");
        try
        {
            Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
            Assert.True(Mount("-o", "remount,ro", disk));
            SrbatchResult refused = Srbatch.Run(Infer(run)).Expect(ExitCode.CannotWrite);
            Assert.EndsWith("cannot be written: the disk is mounted read-only. Choose another run folder.", Assert.Single(refused.Logged("error")), StringComparison.Ordinal);
            Srbatch.Run("status", "--run", run).Expect(ExitCode.Stopped);
            Assert.True(Mount("-o", "remount,rw", disk));
            Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
            Assert.Equal(8, RunFiles.ImageCount(run));
            Assert.Empty(RunFiles.Temporaries(run));
        }
        finally
        {
            ChildProcess.Run("umount", disk);
        }
    }

    [Fact]
    public void Infer_FileSizeLimit_EndsWith74_AndGoesOnWithoutIt()
    {
        string run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "1").Expect(ExitCode.Done);
        SrbatchResult limited = Srbatch.RunWithFileLimit(8, Infer(run)).Expect(ExitCode.CannotWrite);
        Assert.Equal(
            [$"{run}/images/mixed-0000.h5: cannot be written: the file is too large for this disk or for ulimit -f. Raise the limit or choose another run folder."],
            limited.Logged("error"));
        Assert.Equal(0, RunFiles.ImageCount(run));
        Assert.Empty(RunFiles.Temporaries(run));
        Srbatch.Run(Infer(run)).Expect(ExitCode.Done);
        Assert.Equal(8, RunFiles.ImageCount(run));
    }

    [Fact]
    public void Train_FileSizeLimit_EndsWith74_AndGoesOnWithoutIt()
    {
        string run = _folder.File("run");
        SrbatchResult limited = Srbatch.RunWithFileLimit(64, "train", "--manifest", _tiny.Manifest, "--run", run, "--threads", "1").Expect(ExitCode.CannotWrite);
        Assert.Equal(
            [$"{run}/checkpoints/step-00000003.safetensors: cannot be written: the file is too large for this disk or for ulimit -f. Raise the limit or choose another run folder."],
            limited.Logged("error"));
        Assert.Empty(RunFiles.Checkpoints(run));
        Assert.Empty(RunFiles.Temporaries(run));
        Srbatch.Run("train", "--manifest", _tiny.Manifest, "--run", run, "--threads", "1").Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256(_tiny.Model), RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
    }

    [Fact]
    public void Run_WhereAFileIsInTheWay_EndsWith74()
    {
        string run = _folder.File("run");
        File.WriteAllText(run, "");
        SrbatchResult result = Srbatch.Run("plan", "--manifest", _manifest, "--run", run, "--shards", "1").Expect(ExitCode.CannotWrite);
        Assert.StartsWith($"{run}/plan.json: cannot be written: ", Assert.Single(result.Logged("error")), StringComparison.Ordinal);
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : null;

    private string[] Infer(string run) => ["infer", "--manifest", _manifest, "--run", run, "--model", _tiny.Model, .. Srbatch.Exact];

    private static bool Mount(params string[] arguments)
    {
        using var mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }
}
