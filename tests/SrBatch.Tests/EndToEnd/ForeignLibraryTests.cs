using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Libraries that do not load, and shells with too narrow limits: the loader's own words and 69.</summary>
public sealed class ForeignLibraryTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LibtorchThatLacksALibrary_IsNamedByEveryVerb()
    {
        string name = Path.GetFileName(Directory.GetFiles(Path.GetDirectoryName(Srbatch.Binary)!, "libgomp*").First());
        File.WriteAllText(_folder.File(name), "no library");
        string words = $"libtorch does not load: {_folder.File(name)}: file too short. It needs ";
        string[][] verbs =
        [
            ["simulate", "--out", _folder.File("data"), "--images", "2", "--size", "16"],
            ["train", "--manifest", tiny.Manifest, "--run", _folder.File("trained")],
            ["infer", "--manifest", tiny.Manifest, "--run", _folder.File("run"), "--model", tiny.Model],
        ];
        foreach (string[] verb in verbs)
        {
            SrbatchResult result = Srbatch.RunIn([("LD_LIBRARY_PATH", _folder.Path)], verb).Expect(ExitCode.Unavailable);
            Assert.StartsWith(words, Assert.Single(result.Logged("error")), StringComparison.Ordinal);
        }
        SrbatchResult doctor = Srbatch.RunIn([("LD_LIBRARY_PATH", _folder.Path)], "doctor").Expect(ExitCode.Unavailable);
        Assert.Contains($"libtorch   MISSING: {words}", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void LibraryOfTheSameNameInFront_IsNotUsed()
    {
        foreach (string name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"])
        {
            File.WriteAllText(_folder.File(name), "no library");
        }
        Srbatch.RunIn([("LD_LIBRARY_PATH", _folder.Path)], "simulate", "--out", _folder.File("data"), "--images", "2", "--size", "16")
            .Expect(ExitCode.Done);
    }

    [Fact]
    public void AddressSpaceTooSmallForLibtorch_IsSaid()
    {
        // DOTNET_...: under JIT, .NET itself would want more.
        SrbatchResult result = Srbatch.RunInShell(
            "ulimit -v 2000000; export DOTNET_GCHeapHardLimit=0x8000000; exec \"$@\"",
            "simulate", "--out", _folder.File("data"), "--images", "2", "--size", "16").Expect(ExitCode.Unavailable);
        Assert.Equal(
            ["this process may use only 1.9 GiB of addresses (ulimit -v); libtorch needs at least 2. Raise the limit, best "
                + "'ulimit -v unlimited': the memory of a job is limited by sbatch --mem."],
            result.Logged("error"));
    }

    [Fact]
    public void WorkingFolderThatWasDeleted_MattersToRelativePathsOnly()
    {
        const string Script = "mkdir \"$0.gone\"; cd \"$0.gone\"; rmdir \"$0.gone\"; exec \"$@\"";
        string script = Script.Replace("$0", _folder.File("folder"), StringComparison.Ordinal);
        string[] small = ["--images", "2", "--size", "16"];
        Srbatch.RunInShell(script, ["simulate", "--out", _folder.File("data"), .. small]).Expect(ExitCode.Done);
        Srbatch.RunInShell(script, "doctor").Expect(ExitCode.Done);
        SrbatchResult relative = Srbatch.RunInShell(script, ["simulate", "--out", "data", .. small]).Expect(ExitCode.Unavailable);
        Assert.Equal(
            ["the working folder has been deleted, and a path is relative to it. Go to a folder that exists and run the command again, "
                + "or give absolute paths."],
            relative.Logged("error"));
    }
}
