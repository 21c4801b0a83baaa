#pragma warning disable CA1416 // the tests run on Linux
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

/// <summary>Copies of inputs on a disk of the node: when they are made, used, replaced and deleted.</summary>
public sealed class LocalCopiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [], _done = [];

    public LocalCopiesTests() => Directory.CreateDirectory(_folder.File("local"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Make_AFile_CopiesItForOneself_UntilDisposed()
    {
        using (LocalCopies copies = Open())
        {
            string file = Input("a.h5", 100);
            Assert.Null(copies.Find(file, "/low"));
            string copy = copies.Make(file, "/low", isWhole: true)!;
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(copy));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
            Assert.Equal(copy, copies.Find(file, "/low"));
            Assert.Null(copies.Find(file, "/other"));
            Assert.Equal(copy, copies.Make(file, "/other", isWhole: true));
        }
        Assert.Empty(Local());
        Assert.Equal([$"1 files, 0.0 MB, were copied to {_folder.File("local")}"], _done);
    }

    [Fact]
    public void Find_AFileThatChanged_HasNoCopy_AndIsCopiedAnew()
    {
        using LocalCopies copies = Open();
        string file = Input("a.h5", 100);
        string old = copies.Make(file, "/low", isWhole: true)!;
        Input("a.h5", 90);
        Assert.Null(copies.Find(file, "/low"));
        Assert.Equal(90, new FileInfo(copies.Make(file, "/low", isWhole: true)!).Length);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public void Make_BeyondTheRoom_DropsTheLongestUnused_WhichStaysReadableWhereItIsOpen()
    {
        using LocalCopies copies = Open(most: 250);
        string[] files = [.. Enumerable.Range(0, 3).Select(i => Input($"{i}.h5", 100))];
        string first = copies.Make(files[0], "/low", isWhole: true)!, second = copies.Make(files[1], "/low", isWhole: true)!;
        using FileStream open = File.OpenRead(second);
        Assert.Equal(first, copies.Find(files[0], "/low"));
        Assert.NotNull(copies.Make(files[2], "/low", isWhole: true));
        Assert.Equal((true, false, 2), (File.Exists(first), File.Exists(second), Local().Length));
        Assert.Equal(100, open.Read(new byte[200]));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Make_AFileLargerThanTheRoom_ReadsItWhereItIs_AndSaysSoOnce()
    {
        using LocalCopies copies = Open(most: 50);
        string file = Input("a.h5", 100);
        Assert.Null(copies.Make(file, "/low", isWhole: true));
        Assert.Null(copies.Make(file, "/low", isWhole: true));
        Assert.Equal(
            [$"--stage {_folder.File("local")} has no room for {file}, 100 bytes, as at most 50 are used there. Such files are read where they are."],
            _warnings);
    }

    [Fact]
    public void Make_AFileLargerThanTheRoom_LeavesTheCopiesOfOthers()
    {
        using LocalCopies copies = Open(most: 150);
        string small = Input("small.h5", 100), copy = copies.Make(small, "/low", isWhole: true)!;
        Assert.Null(copies.Make(Input("large.h5", 200), "/low", isWhole: true));
        Assert.Equal(copy, copies.Find(small, "/low"));
        Assert.True(File.Exists(copy));
    }

    [Fact]
    public void Make_AFileThatNeedsOthers_IsNeverCopied()
    {
        using (LocalCopies copies = Open())
        {
            string file = Input("a.h5", 100);
            Assert.Null(copies.Make(file, "/low", isWhole: false));
            Assert.Null(copies.Make(file, "/low", isWhole: false));
            Assert.Empty(Local());
        }
        Assert.EndsWith("; 1 that link to other files or are virtual were read where they are", _done[0], StringComparison.Ordinal);
    }

    /// <summary>On a node whose disk is not mounted, the folder is missing: making it would fill another disk.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NoFolder_SaysSoOnce_AndCopiesNothing(bool isFile)
    {
        Directory.Delete(_folder.File("local"));
        if (isFile)
        {
            Input("local", 1);
        }
        using LocalCopies copies = Open();
        Assert.Null(copies.Make(Input("a.h5", 100), "/low", isWhole: true));
        Assert.False(copies.HasRoomFor(1));
        Assert.StartsWith($"--stage {_folder.File("local")} takes no more files: ", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AfterAKill_DeletesWhatTheDeadProcessLeft_AndNothingElse()
    {
        Directory.CreateDirectory(_folder.File("local"));
        string dead = TemporaryName.For(_folder.File("local/a.h5")).Replace($"-{Environment.ProcessId}-", "-999999999-", StringComparison.Ordinal);
        string other = _folder.File("local/.keep.tmp"), alive = TemporaryName.For(_folder.File("local/b.h5"));
        foreach (string file in (string[])[dead, other, alive])
        {
            File.WriteAllBytes(file, [1]);
        }
        using LocalCopies copies = Open();
        Assert.Equal((false, true, true), (File.Exists(dead), File.Exists(other), File.Exists(alive)));
    }

    [Fact]
    public void StagedFile_WrittenElsewhere_ComesHomeWithTheModeOfAnyFile()
    {
        Directory.CreateDirectory(_folder.File("local"));
        using (StagedFile staged = AtomicFile.Stage(_folder.File("out.bin"), _folder.File("local")))
        {
            Assert.Equal(_folder.File("local"), Path.GetDirectoryName(staged.Path));
            File.WriteAllBytes(staged.Path, [1, 2, 3]);
            staged.Commit();
        }
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder.File("out.bin")));
        Assert.Equal(File.GetUnixFileMode(Input("plain", 1)), File.GetUnixFileMode(_folder.File("out.bin")));
        Assert.Empty(Local());
        Assert.Equal(["out.bin", "plain"], Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private LocalCopies Open(long? most = null) => new(_folder.File("local"), 1, _warnings.Add, _done.Add, most);

    private string[] Local() => Directory.GetFiles(_folder.File("local"), "*", new EnumerationOptions { AttributesToSkip = 0 });

    private string Input(string name, int length)
    {
        File.WriteAllBytes(_folder.File(name), [.. Enumerable.Range(0, length).Select(i => (byte)i)]);
        return _folder.File(name);
    }
}
