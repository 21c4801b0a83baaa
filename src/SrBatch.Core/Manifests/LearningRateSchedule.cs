namespace SrBatch.Core.Manifests;

public enum LearningRateSchedule
{
    /// <summary>Rises over the first 5 % of the steps, then falls to nearly 0 along a cosine (Smith 2018).</summary>
    OneCycle,

    /// <summary>Falls to 0 along a cosine (Loshchilov and Hutter 2017, without restarts).</summary>
    Cosine,

    /// <summary>Starts at the highest rate and is multiplied by a factor whenever validation has not improved for a while.</summary>
    Plateau,

    Constant,
}
