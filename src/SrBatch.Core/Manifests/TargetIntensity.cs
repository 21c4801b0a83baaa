namespace SrBatch.Core.Manifests;

/// <summary>How a training target's intensities are brought to the scale of its input's.</summary>
public enum TargetIntensity
{
    /// <summary>
    /// y' = a y + b with a, b from the least-squares regression of the target on its normalised input. Gain and offset between a noisy image and
    /// its truth cannot be predicted from the image, so a network that must guess them learns that instead of the structure.
    /// </summary>
    Regressed,

    /// <summary>By its own percentiles, as the input.</summary>
    Percentiles,
}
