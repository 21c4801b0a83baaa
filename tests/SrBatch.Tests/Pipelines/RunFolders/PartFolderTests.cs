using SrBatch.Core.Errors;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.RunFolders;

public sealed class PartFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Merge_NoPart_MergesNone_Once()
    {
        var merged = new List<int>();
        PartFolder.Merge(_folder.File("none"), parts => merged.Add(parts.Length));
        Assert.Equal([0], merged);
    }

    [Fact]
    public void Merge_APartThatComesMeanwhile_IsMerged()
    {
        var merged = new List<int>();
        File.WriteAllText(_folder.File("part-a.parquet"), "");
        PartFolder.Merge(_folder.Path, parts =>
        {
            merged.Add(parts.Length);
            File.WriteAllText(_folder.File("part-b.parquet"), "");
        });
        Assert.Equal([1, 2], merged);
    }

    [Fact]
    public void TryRead_DamagedPart_SaysWhatIsWrong_OtherFaultsEscape()
    {
        Assert.Null(PartFolder.TryRead<string>("a", path => throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: bad"), out string? fault));
        Assert.Equal("a: bad.", fault);
        Assert.Throws<SrBatchException>(() => PartFolder.TryRead<string>("a", _ => throw new SrBatchException(ExitCode.CannotWrite, "full"), out _));
    }
}
