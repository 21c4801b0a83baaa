using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Worker;

namespace SrBatch.Tests.Pipelines.RunFolders;

public class RowPartTests
{
    private readonly ManualClock _clock = new();
    private readonly List<(string Path, int Rows)> _written = [];

    [Fact]
    public void Add_WritesAllRowsToOneFile_After500Or30Seconds_AndAtTheEnd()
    {
        RowPart<int> part = Part(seconds: 0);
        part.Add(Enumerable.Range(0, 499));
        Assert.Empty(_written);
        part.Add([1]);
        part.Add([1]);
        _clock.Move(29);
        part.Add([1]);
        Assert.Equal([500], _written.Select(write => write.Rows));
        _clock.Move(1);
        part.Add([1]);
        part.Write();
        Assert.Equal([500, 503, 503], _written.Select(write => write.Rows));
        Assert.Equal($"/parts/part-3of8-20260102T030405000-{Environment.MachineName}-{Environment.ProcessId}.parquet", Assert.Single(_written.Select(write => write.Path).Distinct()));
    }

    [Fact]
    public void Write_WithoutRows_WritesNothing()
    {
        Part(seconds: 0).Write();
        Assert.Empty(_written);
    }

    [Fact]
    public void Add_SlowDisk_SpendsATwentiethOnWriting()
    {
        RowPart<int> part = Part(seconds: 10);
        part.Add(Enumerable.Range(0, 500));
        _clock.Move(190);
        part.Add(Enumerable.Range(0, 500));
        Assert.Single(_written);
        _clock.Move(20);
        part.Add([1]);
        Assert.Equal(2, _written.Count);
    }

    private RowPart<int> Part(double seconds) => new(
        "/parts",
        "3of8",
        (path, rows) =>
        {
            _written.Add((path, rows.Count));
            _clock.Move(seconds);
        },
        TrainingPairs.Context with { Time = _clock });
}
