using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

public sealed class AtomicFileTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Write_WriterThrows_KeepsTheOldFileAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("sub/a.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.File("sub")));
    }

    [Fact]
    public async Task CreateNew_ManyAtOnce_ExactlyOneIsFirst()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("plan.json");
        var tasks = Enumerable.Range(0, 16).Select(n => Task.Run(() => AtomicFile.CreateNew(path, $"task {n}"), Cancellation)).ToArray();
        var first = await Task.WhenAll(tasks);
        Assert.Equal(1, first.Count(isFirst => isFirst));
        Assert.Equal($"task {Array.IndexOf(first, true)}", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Stage_Abandoned_IsDeleted_Committed_HasItsName()
    {
        using var folder = new TemporaryFolder();
        using (var staged = AtomicFile.Stage(folder.File("a.h5")))
        {
            File.WriteAllText(staged.Path, "x");
            Assert.StartsWith(folder.File(".a.h5."), staged.Path, StringComparison.Ordinal);
            Assert.EndsWith(".tmp", staged.Path, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        using (var staged = AtomicFile.Stage(folder.File("a.h5")))
        {
            File.WriteAllText(staged.Path, "x");
            staged.Commit();
        }
        Assert.Equal([folder.File("a.h5")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(28, "the disk is full. Free space or choose another run folder, then start again: finished images are kept.")]
    [InlineData(122, "the disk quota is used up. Free space (quota -s shows it) or choose another run folder, then start again: "
        + "finished images are kept.")]
    [InlineData(30, "the disk is mounted read-only. Choose another run folder.")]
    [InlineData(13, "permission denied. Check the owner and mode of the file and its folder.")]
    [InlineData(27, "the file is too large for this disk or for ulimit -f. Raise the limit or choose another run folder.")]
    public void Write_DiskRefuses_SaysWhatToDo(int errno, string message)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<SrBatchException>(() => AtomicFile.Write(folder.File("a"), _ => throw new IOException("x", errno)));
        Assert.Equal($"{folder.File("a")}: cannot be written: {message}", error.Message);
        Assert.Equal(ExitCode.CannotWrite, error.ExitCode);
    }

    /// <summary>A real full disk gives the error that the table above expects.</summary>
    [Fact]
    public void Write_FullDevice_IsDiskFull()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<SrBatchException>(() => AtomicFile.Write(folder.File("a"), _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write([1]);
        }));
        Assert.StartsWith($"{folder.File("a")}: cannot be written: the disk is full.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_TakesTheDeadAndTheOld_LeavesTheLivingAndStrangers()
    {
        using var folder = new TemporaryFolder();
        using var child = Process.Start("/bin/true");
        child.WaitForExit();
        var host = TemporaryName.Machine;
        string[] names =
        [
            $".a.h5.{host}-{child.Id}-1.tmp", $".b.h5.{host}-{Environment.ProcessId}-1.tmp",
            ".c.h5.other-node-1-1.tmp", ".d.h5.other-node-1-2.tmp", ".vim.tmp", "e.tmp",
            $".f.h5.{Environment.MachineName}-1-{child.Id}-1.tmp",
        ];
        foreach (var name in names)
        {
            File.WriteAllText(folder.File(name), "");
        }
        File.SetLastWriteTimeUtc(folder.File(names[3]), TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromDays(3));
        Assert.Equal([folder.File(names[0]), folder.File(names[3])], StaleTemporaries.Clean(folder.Path, TimeSpan.FromDays(2)));
        // The last is of a container with its own process ids: this process cannot tell whether its writer is alive.
        Assert.Equal(5, Directory.GetFiles(folder.Path).Length);
        Assert.Empty(StaleTemporaries.Clean(folder.File("none"), TimeSpan.Zero));
    }

    [Fact]
    public void Clean_OfOneName_TakesDeadFoldersOfThatNameAlone()
    {
        using var folder = new TemporaryFolder();
        string dead = folder.File($".export.{TemporaryName.Machine}-{int.MaxValue}-1.tmp"),
            other = folder.File($".export2.{TemporaryName.Machine}-{int.MaxValue}-1.tmp"),
            alive = folder.File($".export.{TemporaryName.Machine}-{Environment.ProcessId}-1.tmp");
        foreach (string path in new[] { dead, other, alive })
        {
            AtomicFile.WriteText(Path.Combine(path, "model.py"), "");
        }
        Assert.Equal([dead], StaleTemporaries.Clean(folder.Path, TimeSpan.FromDays(1), "export"));
        Assert.Equal([alive, other], Directory.GetDirectories(folder.Path).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(other, "model.py")));
    }

    [Fact]
    public void Expand_DoubleStar_SortedAbsoluteAndOnlyMatches()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["night/b/2.h5", "night/a/x/1.h5", "night/0.h5", "night/0.txt", "day/1.h5", "night/.0.h5.node-1-1.tmp"];
        foreach (var name in names)
        {
            AtomicFile.WriteText(folder.File(name), "");
        }
        Assert.Equal(
            [folder.File("night/0.h5"), folder.File("night/a/x/1.h5"), folder.File("night/b/2.h5")],
            GlobFiles.Expand(folder.Path, "night/**/*.h5"));
        Assert.Equal([folder.File("day/1.h5")], GlobFiles.Expand(folder.File("night"), "../day/*.h5"));
        Assert.Equal([folder.File("day/1.h5")], GlobFiles.Expand("/", folder.File("day/*.h5")));
        Assert.Equal([folder.File("day/1.h5")], GlobFiles.Expand(folder.Path, "day/1.h5"));
        Assert.Empty(GlobFiles.Expand(folder.Path, "none/*.h5"));
    }

    [Fact]
    public void Retry_StaleHandle_ThreeMoreTries_ThenEscapes_AndOtherErrorsAtOnce()
    {
        List<int> failed = [];
        var retry = new SharedDiskRetry(new HurriedTime(), (attempt, _) => failed.Add(attempt));
        var tries = 0;
        Assert.Equal(5, retry.Run(() => ++tries < 3 ? throw new IOException("stale", 116) : 5, Cancellation));
        Assert.Equal([1, 2], failed);
        tries = 0;
        Assert.Throws<IOException>(() => retry.Run<int>(() => { tries++; throw new IOException("stale", 116); }, Cancellation));
        Assert.Equal(4, tries);
        tries = 0;
        Assert.Throws<IOException>(() => retry.Run<int>(() => { tries++; throw new IOException("full", 28); }, Cancellation));
        Assert.Equal(1, tries);
    }

    /// <summary>Timers fire at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
