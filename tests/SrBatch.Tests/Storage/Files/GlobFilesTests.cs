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
    public void Find_NamesThatDifferInCase_OrAreNotUtf8_AreListedApart()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python(
            "import os, sys\nd = os.fsencode(sys.argv[1])\n"
                + "for n in (b'a.h5', b'B.H5', b'c\\xe9.h5', b'd\\xe9.txt'): open(d + b'/' + n, 'w')\nos.mkdir(d + b'/\\xff')",
            folder.Path);
        var found = GlobFiles.Find(folder.Path, "*.h5");
        Assert.Equal([folder.File("a.h5")], found.Files);
        Assert.Equal([folder.File("B.H5")], found.OtherCase);
        Assert.Equal([folder.File(@"c\xe9.h5")], found.NotUtf8.Select(name => name.Shown));
        Assert.Equal(
            $"{folder.File(@"c\xe9.h5")}: the name of this file is not UTF-8. Rename it, e.g. with convmv -f latin1 -t utf8 --notest.",
            found.NotUtf8[0].Problem);
        Assert.Equal(
            [@"c\xe9.h5", @"\xff"],
            GlobFiles.Find(folder.Path, "**/*.h5").NotUtf8.Select(name => Path.GetFileName(name.Shown)).Order(StringComparer.Ordinal).Reverse());
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
