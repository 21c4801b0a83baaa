using Microsoft.Extensions.Logging.Abstractions;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.RunFolders;

public sealed class RestartLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("restarts/infer-40_3.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Begin_RestartsWithoutProgress_AreBounded_AndARelease_GivesAsManyAgain()
    {
        for (int restart = 0; restart <= 2; restart++)
        {
            Start(restart, 5, 100);
        }
        SrBatchException used = Assert.Throws<SrBatchException>(() => Start(3, 5, 100));
        Assert.Equal(ExitCode.RestartsUsedUp, used.ExitCode);
        Assert.Equal("restarts used up: job 40_3 was restarted 3 times in a row without any progress (--max-restarts 2). The log of the starts before tells what stopped it; 'scontrol release 40_3' gives a held job 2 more.", used.Message);
        Start(4, 5, 100);
        Start(5, 5, 100);
        Assert.Throws<SrBatchException>(() => Start(6, 5, 100));
    }

    [Theory]
    [InlineData(6, 0)] // an image more
    [InlineData(5, 101)] // more of one kept
    public void Begin_Progress_BeginsTheCountAnew(long done, long kept)
    {
        Start(0, 5, 100);
        Start(2, 5, 100);
        Start(3, done, kept);
        Start(5, done, kept);
        Assert.Throws<SrBatchException>(() => Start(6, done, kept));
    }

    [Fact]
    public void Begin_UnreadableOrLost_BeginsTheCount()
    {
        Start(7, 5, 100);
        System.IO.File.WriteAllText(File, "{ half");
        Start(9, 5, 100);
        Assert.Throws<SrBatchException>(() => Start(12, 5, 100));
    }

    [Fact]
    public void End_ForgetsTheCount_AndOutsideAJobThereIsNone()
    {
        Start(0, 5, 100);
        Assert.True(System.IO.File.Exists(File));
        Limit(new SlurmJob { JobId = "43", ArrayJobId = "40", ArrayTaskId = 3 }).End();
        Assert.False(System.IO.File.Exists(File));
        RestartLimit none = Limit(new SlurmJob { RestartCount = 99 });
        none.Begin(0, 0);
        none.End();
        Assert.Empty(Directory.GetFiles(_folder.File("restarts")));
    }

    private void Start(int restart, long done, long kept) => Limit(new SlurmJob { JobId = "43", ArrayJobId = "40", ArrayTaskId = 3, RestartCount = restart }).Begin(done, kept);

    private RestartLimit Limit(SlurmJob slurm) =>
        new(new RunFolder(_folder.Path), "infer", 2, new RunContext(NullLogger.Instance, TimeProvider.System, slurm, TextWriter.Null, CancellationToken.None));
}
