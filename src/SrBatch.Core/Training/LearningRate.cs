using SrBatch.Core.Manifests;

namespace SrBatch.Core.Training;

/// <summary>The learning rate as a function of the step alone; what the plateau schedule takes off is in <see cref="Progress.TrainingState.RateFactor"/>.</summary>
public static class LearningRate
{
    private const double WarmUpShare = 0.05, FirstShare = 1.0 / 25, LastShare = FirstShare / 1e4;

    /// <param name="schedule">Which course.</param>
    /// <param name="peak">The highest rate.</param>
    /// <param name="step">1 to <paramref name="steps"/>; beyond, the last rate stays.</param>
    /// <param name="steps">Of the whole training.</param>
    public static double At(LearningRateSchedule schedule, double peak, int step, int steps)
    {
        if (schedule is LearningRateSchedule.Constant or LearningRateSchedule.Plateau)
        {
            return peak;
        }
        if (schedule == LearningRateSchedule.Cosine)
        {
            return Cosine(peak, 0, Math.Min(1, (step - 1.0) / steps));
        }
        double warmUp = Math.Max(1, WarmUpShare * steps);
        return step <= warmUp
            ? Cosine(peak * FirstShare, peak, step / warmUp)
            : Cosine(peak, peak * LastShare, Math.Min(1, (step - warmUp) / Math.Max(1, steps - warmUp)));
    }

    private static double Cosine(double from, double to, double share) => to + ((from - to) * (1 + Math.Cos(Math.PI * share)) / 2);
}
