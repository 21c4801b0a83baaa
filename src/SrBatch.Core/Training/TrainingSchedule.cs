using SrBatch.Core.Manifests;

namespace SrBatch.Core.Training;

/// <summary>
/// The learning rates of a whole training. A training that is continued with another number of steps keeps the schedule of the steps done:
/// more steps are a new segment after the end, fewer let the rate fall from where it is.
/// </summary>
public sealed class TrainingSchedule
{
    /// <summary>Peak rate of a restart, as a share of the manifest's; the full rate would undo the end of the segment before.</summary>
    private const double RestartShare = 0.1;

    private readonly LearningRateSchedule _course;

    /// <param name="course">The manifest's.</param>
    /// <param name="segments">At least one, without gaps.</param>
    public TrainingSchedule(LearningRateSchedule course, IReadOnlyList<ScheduleSegment> segments)
    {
        ArgumentOutOfRangeException.ThrowIfZero(segments.Count);
        (_course, Segments) = (course, segments);
    }

    public IReadOnlyList<ScheduleSegment> Segments { get; }

    public int LastStep => Segments[^1].Through;

    /// <summary>The number of steps that the training was begun with; the discriminator joins by it, whatever is added later.</summary>
    public int BegunSteps => Segments[0].Steps;

    /// <summary>True if the number of steps was never changed.</summary>
    public bool IsAsBegun => Segments is [var only] && only.Through == only.Steps;

    public static TrainingSchedule Begin(LearningRateSchedule course, int steps) =>
        new(course, [new ScheduleSegment(SegmentKind.Begun, 0, steps, steps)]);

    /// <summary>The schedule of a training that continues with another number of steps.</summary>
    /// <param name="steps">Steps that the training is to have.</param>
    /// <param name="done">Steps done. If they are more than asked for, the schedule ends with them.</param>
    /// <returns>This schedule if it has that many steps.</returns>
    public TrainingSchedule ContinuedTo(int steps, int done)
    {
        if (steps == LastStep)
        {
            return this;
        }
        if (done == 0)
        {
            return Begin(_course, steps);
        }
        if (steps > LastStep)
        {
            var more = new ScheduleSegment(SegmentKind.Restart, LastStep, steps, steps - LastStep);
            return new TrainingSchedule(_course, [.. Segments, more]);
        }
        ScheduleSegment[] kept =
        [
            .. Segments.Where(segment => segment.After < done)
                .Select(segment => segment with { Through = Math.Min(segment.Through, done) }),
        ];
        ScheduleSegment[] fewer = steps <= done ? [] : [new ScheduleSegment(SegmentKind.Anneal, done, steps, steps - done)];
        return new TrainingSchedule(_course, [.. kept, .. fewer]);
    }

    /// <param name="peak">The manifest's highest rate.</param>
    /// <param name="step">1 to <see cref="LastStep"/>; beyond, the last rate stays.</param>
    public double RateAt(double peak, int step)
    {
        int segment = 0;
        while (segment < Segments.Count - 1 && step > Segments[segment].Through)
        {
            segment++;
        }
        return RateIn(segment, peak, step);
    }

    /// <summary>For the log: <c>steps 1 to 40 as begun, 41 to 400 at a tenth of the learning rate</c>.</summary>
    public override string ToString() => "steps " + string.Join(", ", Segments.Select(segment => segment.Kind switch
    {
        SegmentKind.Begun => $"1 to {segment.Through} as begun{(segment.Through < segment.Steps ? $" with {segment.Steps} steps" : "")}",
        _ when _course is LearningRateSchedule.Constant or LearningRateSchedule.Plateau =>
            $"{segment.After + 1} to {segment.Through} at the same learning rate",
        SegmentKind.Restart => $"{segment.After + 1} to {segment.Through} at a tenth of the learning rate",
        _ => $"{segment.After + 1} to {segment.Through} with a learning rate that falls from where it was",
    }));

    private double RateIn(int index, double peak, int step)
    {
        ScheduleSegment segment = Segments[index];
        if (segment.Kind == SegmentKind.Begun || _course is LearningRateSchedule.Constant or LearningRateSchedule.Plateau)
        {
            return LearningRate.At(_course, peak, step, segment.Steps);
        }
        int within = step - segment.After;
        return segment.Kind == SegmentKind.Restart
            ? LearningRate.At(_course, RestartShare * peak, within, segment.Steps)
            : LearningRate.Falling(RateIn(index - 1, peak, segment.After), peak, within, segment.Steps);
    }
}
