using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Stdout and stderr that are missing or cannot be written never end the work. Lost results have their own exit code.</summary>
public sealed class StreamTests(TrainedModel tiny) : IDisposable
{
    private const string Lost = "stdout: cannot be written: No space left on device. What should have been printed is lost; files are "
        + "written. Free space or redirect stdout to another place, then run the command again.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exec \"$@\" 2>/dev/full")]
    [InlineData("exec \"$@\" 2>&-")]
    [InlineData("exec \"$@\" >&- 2>&- <&-")]
    [InlineData("\"$@\" 2>&1 | true; exit ${PIPESTATUS[0]}")]
    public void Infer_StreamsThatCannotBeWritten_MakesTheSameImages(string script)
    {
        string run = _folder.File("run");
        Srbatch.RunInShell(script, ["infer", "--manifest", tiny.Manifest, "--run", run, "--model", tiny.Model, "--threads", "1"])
            .Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Images(tiny.Run), RunFiles.Images(run));
    }

    [Fact]
    public void Train_FullDiskOfTheLog_WritesTheSameModel()
    {
        string run = _folder.File("run");
        Srbatch.RunInShell("exec \"$@\" >/dev/full 2>/dev/full", "train", "--manifest", tiny.Manifest, "--run", run, "--threads", "1")
            .Expect(ExitCode.Done);
        Assert.Equal(RunFiles.Sha256(tiny.Model), RunFiles.Sha256(Path.Combine(run, "model.safetensors")));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("infer", "--help")]
    public void HelpAndVersion_FullDisk_EndWith74(params string[] arguments)
    {
        SrbatchResult result = Srbatch.RunInShell("exec \"$@\" >/dev/full", arguments).Expect(ExitCode.CannotWrite);
        Assert.Equal(Lost, result.Errors);
    }

    [Fact]
    public void Results_FullDisk_EndWith74_AndFilesAreWritten()
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        File.Delete(Path.Combine(run, "report.html"));
        string[][] commands = [["status", "--run", run, "--json"], ["report", "--run", run], ["inspect", tiny.Model]];
        foreach (string[] command in commands)
        {
            SrbatchResult result = Srbatch.RunInShell("exec \"$@\" >/dev/full", command).Expect(ExitCode.CannotWrite);
            Assert.Equal([Lost], result.Logged("error"));
        }
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
    }

    [Theory]
    [InlineData("exec \"$@\" >&-")]
    [InlineData("exec \"$@\" >&- <&-")]
    [InlineData("exec \"$@\" >&- 2>&- <&-")]
    public void Results_StdoutClosed_EndWith74(string script) =>
        Srbatch.RunInShell(script, "report", "--run", tiny.Run).Expect(ExitCode.CannotWrite);

    [Fact]
    public void Results_ReaderThatLeaves_ChangesNothing() =>
        Srbatch.RunInShell("\"$@\" | true; exit ${PIPESTATUS[0]}", "report", "--run", tiny.Run).Expect(ExitCode.Done);

    [Fact]
    public void Failure_LogThatCannotBeWritten_KeepsItsExitCode()
    {
        Srbatch.RunInShell("exec \"$@\" 2>/dev/full", "report", "--run", _folder.File("none")).Expect(ExitCode.BadManifest);
        Srbatch.RunInShell("exec \"$@\" 2>/dev/full", "bake").Expect(ExitCode.Usage);
    }
}
