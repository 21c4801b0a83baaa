using SrBatch.Pipelines.Host;
using SrBatch.Tests.Worker;

namespace SrBatch.Tests.Pipelines.Host;

public class WorkProgressTests
{
    [Fact]
    public void State_RateLeavesOutWhatEarlierAttemptsDid()
    {
        var clock = new ManualClock();
        var progress = new WorkProgress(clock);
        using IDisposable work = progress.Begin("train", "steps", 100, done: 60);
        Assert.Equal(new ProgressState("train", "steps", 60, 100, null), progress.State);
        progress.Advance(5);
        clock.Move(10);
        Assert.Equal(new ProgressState("train", "steps", 65, 100, 0.5), progress.State);
        Assert.Equal((0.65, (TimeSpan?)TimeSpan.FromSeconds(70)), (progress.State!.Value.Share, progress.State.Value.TimeLeft));
    }

    [Fact]
    public void Skip_LowersTheTotal_AndIsNoProgress()
    {
        var clock = new ManualClock();
        var progress = new WorkProgress(clock);
        using IDisposable work = progress.Begin("infer", "Mpixel", 8);
        clock.Move(1);
        progress.Skip(3);
        Assert.Equal(new ProgressState("infer", "Mpixel", 0, 5, null), progress.State);
    }

    [Fact]
    public void WithoutWork_CountingDoesNothing()
    {
        int began = 0, ended = 0;
        var progress = new WorkProgress(new ManualClock()) { Began = () => began++, Ended = () => ended++ };
        IDisposable work = progress.Begin("scan", "files", 2);
        Assert.Equal((1, 0), (began, ended));
        work.Dispose();
        work.Dispose();
        progress.Advance();
        progress.Skip(1);
        Assert.Null(progress.State);
        Assert.Equal((1, 1), (began, ended));
    }

    [Fact]
    public void Advance_FromManyThreads_CountsAll()
    {
        var progress = new WorkProgress(new ManualClock());
        using IDisposable work = progress.Begin("scan", "files", 1000);
        Parallel.For(0, 1000, _ => progress.Advance());
        Assert.Equal(1000, progress.State!.Value.Done);
    }
}
