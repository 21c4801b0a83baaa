using SrBatch.Core.Planning;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

public sealed class FileStampsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_AFile_IsItsLengthAndTime_ToTheTick()
    {
        string file = Write("a");
        Assert.Equal(new FileStamp(5, Noon), FileStamps.Of(file));
        File.SetLastWriteTimeUtc(file, Noon.AddTicks(1));
        Assert.Equal(new FileStamp(5, Noon.AddTicks(1)), FileStamps.Of(file));
    }

    [Fact]
    public void Of_ALinkToALink_IsThatOfTheFile()
    {
        File.CreateSymbolicLink(_folder.File("b"), Write("a"));
        File.CreateSymbolicLink(_folder.File("c"), "b");
        Assert.Equal(new FileStamp(5, Noon), FileStamps.Of(_folder.File("c")));
    }

    [Fact]
    public void Of_WhatIsNoFile_IsNull()
    {
        File.CreateSymbolicLink(_folder.File("dangling"), "nowhere");
        File.CreateSymbolicLink(_folder.File("cycle"), "cycle");
        Assert.All(["missing", "dangling", "cycle", "", "missing/a"], name => Assert.Null(FileStamps.Of(_folder.File(name))));
    }

    private static DateTime Noon { get; } = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private string Write(string name)
    {
        string file = _folder.File(name);
        File.WriteAllText(file, "12345");
        File.SetLastWriteTimeUtc(file, Noon);
        return file;
    }
}
