namespace SrBatch.Core.Manifests;

/// <summary>How a training target's intensities are scaled to match its input's.</summary>
public enum TargetIntensity
{
    /// <summary>
    /// y' = a y + b, with a and b from a least-squares fit of the target to its normalised input. The gain and offset between a noisy image
    /// and its target cannot be predicted from the image. A network that had to guess them would learn that instead of the structure.
    /// </summary>
    Regressed,

    /// <summary>By the target's own percentiles, as for the input.</summary>
    Percentiles,
}
