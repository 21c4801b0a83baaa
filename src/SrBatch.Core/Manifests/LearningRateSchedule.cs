namespace SrBatch.Core.Manifests;

public enum LearningRateSchedule
{
    /// <summary>Up over the first 5 % of the steps, then down to nearly nothing along a cosine (Smith 2018).</summary>
    OneCycle,

    /// <summary>Down to nothing along a cosine (Loshchilov and Hutter 2017, without restarts).</summary>
    Cosine,

    /// <summary>The highest rate, multiplied by a factor whenever validation has not improved for a while.</summary>
    Plateau,

    Constant,
}
