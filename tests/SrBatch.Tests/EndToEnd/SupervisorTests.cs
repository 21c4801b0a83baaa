using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A crash of libhdf5 costs one image, and a supervisor never outlives or abandons its child.</summary>
public sealed class SupervisorTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_FileThatCrashesTheFilter_FailsAlone_AfterTwoAttempts()
    {
        var filter = new CrashingFilter(_folder);
        string bad = _folder.File("bad.h5"), run = _folder.File("run");
        filter.Write(bad, isHarmful: true);
        filter.Write(_folder.File("good.h5"), isHarmful: false);
        string manifest = ManifestJson.Write(_folder.File("m.json"),
            [ManifestJson.Image("a-bad", bad, "/low"), ManifestJson.Image("b-good", _folder.File("good.h5"), "/low"), ManifestJson.Image("c-good", tiny.File("mixed-0001"), "/low")]);

        SrbatchResult infer = Srbatch.RunIn(filter.Environment, "infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1").Expect(ExitCode.ImagesFailed);
        string reason = $"{bad}: reading it ended the process 2 times, by SIGSEGV in libhdf5; it is skipped. The file is damaged or a filter plugin is; h5dump and 'srbatch doctor' show which.";
        Assert.Equal(Enumerable.Repeat($"ended by SIGSEGV while libhdf5 read {bad}; starting again", 2), infer.Logged("warning"));
        Assert.Equal([$"a-bad failed: {reason}"], infer.Logged("error"));
        Assert.Equal(["b-good.h5", "c-good.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Assert.Empty(RunFiles.Temporaries(run));
        Assert.Contains($"failed: a-bad: {reason}", Srbatch.Run("report", "--run", run).Expect(ExitCode.ImagesFailed).Output, StringComparison.Ordinal);

        SrbatchResult inspect = Srbatch.RunIn(filter.Environment, "inspect", bad, "--digest").Expect(ExitCode.ImagesFailed);
        Assert.Equal([reason], inspect.Logged("error"));
    }

    [Fact]
    public void Infer_SupervisorKilled_TakesTheChildWithIt()
    {
        using SrbatchProcess process = Srbatch.Start("infer", "--manifest", tiny.Manifest, "--run", _folder.File("run"), "--model", tiny.Model, "--threads", "1");
        process.WaitForLine("plan frozen");
        int child = int.Parse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Trim(), CultureInfo.InvariantCulture);
        process.Signal(SrbatchProcess.Kill);
        process.Wait();
        for (int tenths = 0; Directory.Exists($"/proc/{child}"); tenths++)
        {
            Assert.True(tenths < 100, "the child lives on");
            Thread.Sleep(100);
        }
    }
}
