using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Every signal by which Slurm, people and terminals end work saves it and ends with 75.</summary>
public sealed class SignalTests(TrainedModel tiny) : IDisposable
{
    private const string Many = "1000000";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SrbatchProcess.Hangup)]
    [InlineData(SrbatchProcess.Interrupt)]
    [InlineData(SrbatchProcess.UserSignal1)]
    [InlineData(SrbatchProcess.UserSignal2)]
    [InlineData(SrbatchProcess.Terminate)]
    public void Train_Signal_SavesACheckpoint_AndEndsWith75(int signal)
    {
        string run = _folder.File("run");
        using SrbatchProcess train = Srbatch.Start(
            "train", "--manifest", tiny.Manifest, "--run", run, "--threads", "1", "--steps", Many);
        train.WaitForLine("training ");
        train.Signal(signal);
        train.Wait().Expect(ExitCode.Stopped);
        Assert.NotEmpty(RunFiles.Checkpoints(run));
    }

    [Fact]
    public void Simulate_Hangup_EndsWith75()
    {
        string folder = _folder.File("data");
        using SrbatchProcess simulate = Srbatch.Start("simulate", "--out", folder, "--images", "100000", "--size", "16");
        simulate.WaitUntil(() => Directory.Exists(folder));
        simulate.Signal(SrbatchProcess.Hangup);
        simulate.Wait().Expect(ExitCode.Stopped);
    }

    [Fact]
    public void Train_UnderNohup_OutlivesItsTerminal()
    {
        string run = _folder.File("run");
        using SrbatchProcess train = Srbatch.StartInShell(
            "trap '' HUP; exec \"$@\"", "train", "--manifest", tiny.Manifest, "--run", run, "--threads", "1", "--steps", Many);
        train.WaitForLine("training ");
        train.Signal(SrbatchProcess.Hangup);
        Thread.Sleep(500);
        Assert.True(Directory.Exists($"/proc/{train.Id}/fd"), "the hangup ended it");
        train.Signal(SrbatchProcess.Terminate);
        train.Wait().Expect(ExitCode.Stopped);
    }
}
