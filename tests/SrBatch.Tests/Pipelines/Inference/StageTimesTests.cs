using System.Diagnostics;
using SrBatch.Pipelines.Inference;

namespace SrBatch.Tests.Pipelines.Inference;

public class StageTimesTests
{
    [Fact]
    public void ToString_NamesEachStage_AndWhatTheNetworkWaited()
    {
        var times = new StageTimes();
        long tenMinutesAgo = Stopwatch.GetTimestamp() - (600 * Stopwatch.Frequency);
        times.Read(tenMinutesAgo);
        times.Network(tenMinutesAgo, 1_000_000, 840_000);
        times.WaitedForWriting(tenMinutesAgo);
        times.WaitedForEnd(tenMinutesAgo);
        Assert.Matches(
            @"^read 600\.\d\d s, network 600\.\d\d s \(waited 0\.00 s for input, 1200\.\d\d s for output\), write 0\.00 s, score 0\.00 s; "
            + @"0\.00 megapixels/s, 84 % of them kept$",
            times.ToString());
    }
}
