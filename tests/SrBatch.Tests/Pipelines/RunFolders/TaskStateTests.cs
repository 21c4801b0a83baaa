using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Claims;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Worker;

namespace SrBatch.Tests.Pipelines.RunFolders;

public sealed class TaskStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly RunContext _context;
    private readonly RunFolder _run;

    public TaskStateTests()
    {
        _context = TrainingPairs.Context with { Time = _clock, Progress = new WorkProgress(_clock) };
        _run = new RunFolder(_folder.File("run"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Begin_EveryTenSeconds_TellsStepsAndWhatIsUsed_UntilItEnds()
    {
        using (var state = TaskState.Begin(_run, "train", "g", 0, _context))
        {
            Assert.True(Assert.Single(TaskFolder.Read(_run)).IsAlive);
            state.Takes("cuda:1");
            using IDisposable progress = _context.Progress.Begin("train", "steps", 100, done: 40);
            _context.Progress.Advance(5);
            _clock.Move(9);
            Assert.Null(Assert.Single(TaskFolder.Read(_run)).Record.Unit);
            _clock.Move(1);
            TaskRecord now = Assert.Single(TaskFolder.Read(_run)).Record;
            Assert.Equal(("train", "g", "steps", 45, 100, 0.5), (now.Verb, now.Holder.Work, now.Unit, now.UnitsDone, now.UnitsTotal, now.UnitsPerSecond));
            Assert.Equal(("cuda:1", 10, 10, null), (now.Usage.Device, now.Usage.Seconds, now.Usage.GpuSeconds, now.Ended));
            Assert.True(now is { MemoryBytes: > 1_000_000, Usage.CpuSeconds: > 0 }, $"{now}");
        }
        (TaskRecord ended, bool isAlive) = Assert.Single(TaskFolder.Read(_run));
        Assert.Equal((false, _clock.GetUtcNow(), "steps"), (isAlive, ended.Ended, ended.Unit));
        Assert.Equal([new UsageSum("train", "cuda", 1, 1, 10, Math.Round(ended.Usage.CpuSeconds, 1), 10)], UsageSum.Of([ended]));
    }

    [Fact]
    public void Ranks_AreOneTask_AndSoIsWorkThatWasSubmittedAgain()
    {
        TaskRecord Record(string verb, string work, int rank, string job) => new()
        {
            Verb = verb,
            Holder = Claim.ThisProcess(work, _clock.GetUtcNow()) with { JobId = job },
            Rank = rank,
            Updated = _clock.GetUtcNow(),
            Usage = new TaskUsage($"cuda:{rank}", 2, 3, 1),
            MemoryBytes = 1000 + rank,
            Version = "1",
        };
        TaskRecord[] first = [.. Enumerable.Range(0, 4).Select(rank => Record("train", "", 3 - rank, "7"))];
        TaskRecord[] all = [.. first, .. first.Select(rank => Record("train", "", rank.Rank, "8")), Record("infer", "0/2", 0, "9"), Record("infer", "0/2", 0, "10")];
        Assert.Equal([new UsageSum("infer", "cuda", 1, 2, 4, 6, 2), new UsageSum("train", "cuda", 1, 2, 16, 24, 8)], UsageSum.Of(all));
        Assert.Equal(
            [("train", "7", "cuda:0", 4, 1003L), ("infer", "9", "cuda:0", 1, 1000L), ("infer", "10", "cuda:0", 1, 1000L)],
            SrBatch.Pipelines.Reporting.TaskStatus.Of([.. first, .. all[^2..]])
                .Select(task => (task.Verb, task.Job!, task.Device, task.Ranks, task.MemoryBytes)));
    }

    [Fact]
    public void Images_AreCounted()
    {
        using var state = TaskState.Begin(_run, "infer", "0/2", 3, _context);
        state.ImageDone();
        state.ImageFailed();
        _clock.Move(10);
        TaskRecord now = Assert.Single(TaskFolder.Read(_run)).Record;
        Assert.Equal((1, 1, 1, "cpu", 0, 0.2), (now.Done, now.Failed, now.Left, now.Usage.Device, now.Usage.GpuSeconds, now.ImagesPerSecond));
    }

    [Fact]
    public void Begin_DiskThatTakesNothing_CostsNothing()
    {
        File.WriteAllText(_folder.File("run"), "no folder");
        using var state = TaskState.Begin(_run, "infer", "0/2", 3, _context);
        _clock.Move(30);
        Assert.Empty(TaskFolder.Read(_run));
    }

    [Fact]
    public void Read_FileThatIsNoRecord_IsLeftOut()
    {
        Directory.CreateDirectory(_run.Tasks);
        File.WriteAllText(Path.Combine(_run.Tasks, "infer-1.json"), "{\"verb\":");
        File.WriteAllText(Path.Combine(_run.Tasks, "infer-2.json"), "null");
        Assert.Empty(TaskFolder.Read(_run));
    }
}
