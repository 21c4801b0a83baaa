using SrBatch.Core.Manifests;

namespace SrBatch.Core.Training;

/// <summary>
/// The learning rate as a function of the step alone. The plateau schedule also multiplies it by
/// <see cref="Progress.TrainingState.RateFactor"/>.
/// </summary>
public static class LearningRate
{
    private const double WarmUpShare = 0.05, FirstShare = 1.0 / 25, LastShare = FirstShare / 1e4;

    /// <param name="schedule">The form of the curve.</param>
    /// <param name="peak">The highest rate.</param>
    /// <param name="step">1 to <paramref name="steps"/>; beyond, the last rate stays.</param>
    /// <param name="steps">Length of the curve.</param>
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

    /// <summary>Falls along a cosine to where the one-cycle schedule ends.</summary>
    /// <param name="from">The rate at step 0.</param>
    /// <param name="peak">The highest rate of the whole training.</param>
    /// <param name="step">1 to <paramref name="steps"/>; beyond, the last rate stays.</param>
    /// <param name="steps">Length of the curve.</param>
    public static double Falling(double from, double peak, int step, int steps) =>
        Cosine(from, Math.Min(from, peak * LastShare), Math.Min(1, (double)step / steps));

    private static double Cosine(double from, double to, double share) => to + ((from - to) * (1 + Math.Cos(Math.PI * share)) / 2);
}
