#pragma warning disable CA1416 // the tests run on Linux
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>train and infer with --stage: the same bytes, and nothing left on the node's disk.</summary>
public sealed class StageTests(TrainedModel tiny) : IDisposable
{
    private const string MakeLinked = """
        import h5py, sys
        folder, source = sys.argv[1:]
        with h5py.File(source) as f:
            shape, kind = f["low"].shape, f["low"].dtype
        with h5py.File(folder + "/virtual.h5", "w") as f:
            layout = h5py.VirtualLayout(shape, kind)
            layout[...] = h5py.VirtualSource(source, "low", shape)
            f.create_virtual_dataset("low", layout)
        with h5py.File(folder + "/linked.h5", "w") as f:
            f["low"] = h5py.ExternalLink(source, "/low")
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string MakeLocal() => Directory.CreateDirectory(_folder.File("local")).FullName;

    [Fact]
    public void Infer_Staged_GivesTheSameBytes_AndReadsLinkedFilesWhereTheyAre()
    {
        File.Copy(tiny.File("mixed-0001"), _folder.File("source.h5"));
        ChildProcess.Python(MakeLinked, _folder.Path, _folder.File("source.h5"));
        string manifest = ManifestJson.Write(
            _folder.File("all.json"),
            [
                .. TrainedModel.Ids.Take(3).Select(id => ManifestJson.Pair(id, tiny.File(id), "test")),
                ManifestJson.Image("virtual", _folder.File("virtual.h5"), "/low"), ManifestJson.Image("linked", _folder.File("linked.h5"), "/low"),
            ]);
        SrbatchResult Infer(string run, params string[] options) => Srbatch.Run(
            ["infer", "--manifest", manifest, "--run", _folder.File(run), "--model", tiny.Model, "--threads", "1", "--precision", "fp32", .. options]).Expect(ExitCode.Done);

        Infer("direct");
        SrbatchResult staged = Infer("staged", "--stage", MakeLocal());
        Assert.Equal(5, RunFiles.ImageCount(_folder.File("staged")));
        Assert.Equal(RunFiles.Images(_folder.File("direct")), RunFiles.Images(_folder.File("staged")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("local"), "*", new EnumerationOptions { AttributesToSkip = 0 }));
        Assert.Matches($"^3 files, .* MB, were copied to {_folder.File("local")}; 2 that link to other files or are virtual were read where they are$", staged.Logged("info")[^1]);
    }

    /// <summary>A group shares a folder with the setgid bit: its members can replace and delete each other's files.</summary>
    [Fact]
    public void Infer_InAGroupsFolder_LeavesFilesThatTheGroupCanWrite()
    {
        string group = Directory.CreateDirectory(_folder.File("group")).FullName;
        const UnixFileMode Shared = UnixFileMode.SetGroup | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(group, File.GetUnixFileMode(group) | Shared);
        string manifest = ManifestJson.Write(Path.Combine(group, "all.json"), [ManifestJson.Pair("a", tiny.File("mixed-0000"), "test")]);
        File.SetUnixFileMode(manifest, File.GetUnixFileMode(manifest) | UnixFileMode.GroupWrite);
        ChildProcess.Run(
            "/bin/bash", "-c", "umask 002; exec \"$0\" \"$@\"", Srbatch.Binary, "infer", "--quiet", "--manifest", manifest,
            "--run", Path.Combine(group, "run"), "--model", tiny.Model, "--threads", "1", "--stage", MakeLocal());
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        Assert.True(File.Exists(Path.Combine(group, "run", "images", "a.h5")));
        Assert.All(Directory.GetFiles(group, "*", all), file => Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.GroupWrite), file));
        Assert.All(Directory.GetDirectories(group, "*", all), folder => Assert.Equal(Shared, File.GetUnixFileMode(folder) & Shared));
    }

    [Fact]
    public void Train_Staged_GivesTheSameModel()
    {
        Srbatch.Run("train", "--manifest", tiny.Manifest, "--run", _folder.File("run"), "--threads", "1", "--stage", MakeLocal()).Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256(tiny.Model), RunFiles.Sha256(_folder.File("run/model.safetensors")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("local"), "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }
}
