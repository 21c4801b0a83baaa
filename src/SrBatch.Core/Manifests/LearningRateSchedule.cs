namespace SrBatch.Core.Manifests;

public enum LearningRateSchedule
{
    /// <summary>Up over the first 5 % of the steps, then down to nearly nothing along a cosine (Smith 2018).</summary>
    OneCycle,

    Constant,
}
