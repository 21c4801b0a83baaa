using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

public sealed class GlobFilesTests
{
    [Fact]
    public void Expand_FoldersThatLinkInACircle_EndsAndFindsEachFileOnce()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("z/deep"));
        Directory.CreateDirectory(folder.File("other"));
        foreach (var name in (string[])["z/1.h5", "z/deep/2.h5", "z/deep/no.txt", "other/3.h5", "top.h5"])
        {
            File.WriteAllText(folder.File(name), "");
        }
        Directory.CreateSymbolicLink(folder.File("z/deep/up"), folder.File("z"));
        Directory.CreateSymbolicLink(folder.File("a"), folder.File("z"));
        Directory.CreateSymbolicLink(folder.File("z/self"), folder.File("z/self"));
        File.CreateSymbolicLink(folder.File("z/link.h5"), folder.File("top.h5"));
        string[] all = ["other/3.h5", "top.h5", "z/1.h5", "z/deep/2.h5", "z/link.h5"];
        Assert.Equal(all.Select(folder.File), GlobFiles.Expand(folder.Path, "**/*.h5"));
        Assert.Equal(
            [folder.File("z/1.h5"), folder.File("z/deep/2.h5"), folder.File("z/link.h5")],
            GlobFiles.Expand(folder.File("other"), "../z/**/*.h5"));
        Assert.Equal([folder.File("other/3.h5"), folder.File("z/1.h5"), folder.File("z/link.h5")], GlobFiles.Expand(folder.Path, "*/*.h5"));
        Assert.Equal([folder.File("a/1.h5"), folder.File("a/link.h5")], GlobFiles.Expand(folder.Path, "a/*.h5"));
        Assert.Equal([folder.File("top.h5")], GlobFiles.Expand("/", folder.File("*.h5")));
        Assert.Empty(GlobFiles.Expand(folder.Path, "none/*.h5"));
    }

    [Fact]
    public void Expand_FoldersLeftOut_AreNotGoneInto_UnlessTheyAreTheFirst()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["skip/1.h5", "keep/2.h5", "keep/skip/deep/3.h5"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            File.WriteAllText(folder.File(name), "");
        }
        static bool IsLeftOut(string path) => Path.GetFileName(path) == "skip";
        Assert.Equal([folder.File("keep/2.h5")], GlobFiles.Expand(folder.Path, "**/*.h5", IsLeftOut));
        Assert.Equal([folder.File("skip/1.h5")], GlobFiles.Expand(folder.File("skip"), "**/*.h5", IsLeftOut));
    }
}
