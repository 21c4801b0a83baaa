using SrBatch.Core.Training;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Torch.Collectives;

namespace SrBatch.Tests.Pipelines.Training.Ranks;

public class RankWaitingTests
{
    /// <summary>Far more than an exchange takes, far less than the work below.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5), Work = TimeSpan.FromSeconds(4);

    /// <summary>Seen: rank 0 measured the model for longer than --rank-timeout, and the training ended with 75 each time.</summary>
    [Fact]
    public void WaitForAll_WorkLongerThanTheLimit_IsNoHang()
    {
        int[] results = ThreadRanks.Run(3, Limit, ranks => ranks.WaitForAll(() =>
        {
            Thread.Sleep(ranks.Rank == 0 ? Work : TimeSpan.Zero);
            return ranks.Rank;
        }));
        Assert.Equal([0, 1, 2], results);
    }

    [Fact]
    public void WaitForAll_SeveralInARow_StayInStep()
    {
        int[] results = ThreadRanks.Run(2, Limit, ranks =>
        {
            int sum = 0;
            for (int i = 1; i <= 20; i++)
            {
                sum += ranks.WaitForAll(() => ranks.Rank == i % 2 ? i : 0);
                sum += (int)ranks.FromFirst((double)i);
            }
            return sum;
        });
        Assert.Equal([210 + 110, 210 + 100], results);
    }

    [Fact]
    public void WaitForAll_Fault_IsThrownByTheRankThatHasIt() => Assert.Equal("no", Assert.Throws<InvalidOperationException>(() =>
        ThreadRanks.Run(2, Limit, ranks => ranks.WaitForAll(() => ranks.Rank == 0 ? throw new InvalidOperationException("no") : 1))).Message);

    [Fact]
    public void WaitForAll_OneProcess_StaysOnTheThread() =>
        Assert.Equal(Environment.CurrentManagedThreadId, SingleProcess.Instance.WaitForAll(() => Environment.CurrentManagedThreadId));

    [Fact]
    public void FromFirst_IsWhatRank0Said()
    {
        var point = new ResumePoint(40, "bf16", [new ScheduleSegment(SegmentKind.Begun, 0, 40, 40), new ScheduleSegment(SegmentKind.Restart, 40, 400, 360)]);
        foreach (ResumePoint found in ThreadRanks.Run(3, Limit, ranks => ranks.FromFirst(ranks.Rank == 0 ? point : null)))
        {
            Assert.Equal((40, "bf16"), (found.Step, found.TrainedIn));
            Assert.Equal(point.Segments, found.Segments);
        }
        Assert.All(
            ThreadRanks.Run(3, Limit, ranks => ranks.FromFirst(ranks.Rank == 0 ? StartDecision.TrainedElsewhere : StartDecision.AlreadyTrained)),
            found => Assert.Equal(StartDecision.TrainedElsewhere, found));
    }

    [Fact]
    public void Agree_AnyRankMayStop_Rank0DecidesTheRest() => Assert.All(
        ThreadRanks.Run(2, Limit, ranks => ranks.Agree(ranks.Rank == 0 ? new StepDecision(false, true, true, 0.5) : new StepDecision(true, false, false, 0))),
        decision => Assert.Equal(new StepDecision(true, true, true, 0.5), decision));
}
