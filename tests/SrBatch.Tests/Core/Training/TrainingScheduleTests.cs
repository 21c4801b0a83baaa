using SrBatch.Core.Manifests;
using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Training;

public class TrainingScheduleTests
{
    private const double Peak = 1e-3, Last = Peak / 250_000, Tolerance = 1e-15;

    [Theory]
    [InlineData(LearningRateSchedule.OneCycle)]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Plateau)]
    [InlineData(LearningRateSchedule.Constant)]
    public void RateAt_AsBegun_IsTheManifestsSchedule(LearningRateSchedule course)
    {
        var schedule = TrainingSchedule.Begin(course, 40);
        Assert.All(Enumerable.Range(1, 50), step => Assert.Equal(LearningRate.At(course, Peak, step, 40), schedule.RateAt(Peak, step)));
        Assert.True(schedule.IsAsBegun);
        Assert.Same(schedule, schedule.ContinuedTo(40, done: 30));
    }

    /// <summary>Seen: from 40 to 400 steps, the rate jumped from 4e-9 to 9.8e-4.</summary>
    [Fact]
    public void ContinuedTo_MoreSteps_KeepsTheSchedule_ThenRestartsAtATenth()
    {
        TrainingSchedule begun = Begin(40), more = begun.ContinuedTo(400, done: 40);
        Assert.All(Enumerable.Range(1, 40), step => Assert.Equal(begun.RateAt(Peak, step), more.RateAt(Peak, step)));
        double[] rates = [.. Enumerable.Range(41, 360).Select(step => more.RateAt(Peak, step))];
        Assert.Equal(Peak / 10, rates.Max(), Tolerance);
        Assert.InRange(rates[0], Last, Peak / 100);
        Assert.Equal(Last / 10, rates[^1], Tolerance);
        Assert.Equal((400, 40, false), (more.LastStep, more.BegunSteps, more.IsAsBegun));
        Assert.Equal("steps 1 to 40 as begun, 41 to 400 at a tenth of the learning rate", more.ToString());
    }

    [Fact]
    public void ContinuedTo_MoreSteps_BeforeTheEnd_IsTheSameAsAfterIt() =>
        Assert.Equal(Begin(40).ContinuedTo(400, done: 40).Segments, Begin(40).ContinuedTo(400, done: 10).Segments);

    /// <summary>Seen: from 600 to 320 steps at step 100, the rate fell to a sixth from one step to the next.</summary>
    [Fact]
    public void ContinuedTo_FewerSteps_FallsFromTheRateThatWas()
    {
        TrainingSchedule begun = Begin(600), fewer = begun.ContinuedTo(320, done: 100);
        Assert.All(Enumerable.Range(1, 100), step => Assert.Equal(begun.RateAt(Peak, step), fewer.RateAt(Peak, step)));
        double[] rates = [.. Enumerable.Range(100, 221).Select(step => fewer.RateAt(Peak, step))];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.InRange(pair.Second, pair.First - (0.01 * Peak), pair.First));
        Assert.Equal(Last, rates[^1], Tolerance);
        Assert.Equal(
            "steps 1 to 100 as begun with 600 steps, 101 to 320 with a learning rate that falls from where it was", fewer.ToString());
    }

    [Fact]
    public void ContinuedTo_FewerStepsThanDone_EndsWithThoseDone()
    {
        TrainingSchedule ended = Begin(40).ContinuedTo(400, done: 40).ContinuedTo(50, done: 60);
        Assert.Equal([new(SegmentKind.Begun, 0, 40, 40), new(SegmentKind.Restart, 40, 60, 360)], ended.Segments);
    }

    [Fact]
    public void ContinuedTo_SeveralTimes_HasASegmentEach()
    {
        TrainingSchedule schedule = Begin(600).ContinuedTo(320, done: 100).ContinuedTo(500, done: 320).ContinuedTo(400, done: 350);
        Assert.Equal(
            [
                new(SegmentKind.Begun, 0, 100, 600), new(SegmentKind.Anneal, 100, 320, 220), new(SegmentKind.Restart, 320, 350, 180),
                new(SegmentKind.Anneal, 350, 400, 50),
            ],
            schedule.Segments);
        Assert.Equal(schedule.RateAt(Peak, 350), schedule.RateAt(Peak, 351), 0.01 * Peak);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Plateau)]
    [InlineData(LearningRateSchedule.Constant)]
    public void ContinuedTo_ConstantRate_StaysConstant(LearningRateSchedule course)
    {
        foreach (int steps in new[] { 20, 400 })
        {
            TrainingSchedule schedule = TrainingSchedule.Begin(course, 40).ContinuedTo(steps, done: 10);
            Assert.All(Enumerable.Range(1, steps), step => Assert.Equal(Peak, schedule.RateAt(Peak, step)));
        }
        Assert.Equal(
            "steps 1 to 40 as begun, 41 to 50 at the same learning rate",
            TrainingSchedule.Begin(course, 40).ContinuedTo(50, done: 40).ToString());
    }

    [Fact]
    public void ContinuedTo_NothingDone_BeginsWithTheNewNumber() =>
        Assert.Equal(Begin(400).Segments, Begin(40).ContinuedTo(400, done: 0).Segments);

    private static TrainingSchedule Begin(int steps) => TrainingSchedule.Begin(LearningRateSchedule.OneCycle, steps);
}
