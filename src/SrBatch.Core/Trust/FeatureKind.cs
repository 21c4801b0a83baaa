namespace SrBatch.Core.Trust;

/// <summary>What a feature of an input plane measures.</summary>
public enum FeatureKind
{
    /// <summary>A quantile of the normalised intensities, as asinh(x / 0.05): linear near the background, logarithmic above.</summary>
    Quantile,

    /// <summary>Natural logarithm of the standard deviation of the detail at one scale.</summary>
    Amplitude,

    /// <summary>Skewness of the detail: above 0 when structures are brighter than their surroundings.</summary>
    Skewness,

    /// <summary>Natural logarithm of the detail's kurtosis: high when structures are sparse; log 3 for noise.</summary>
    Tails,

    /// <summary>Sum of the detail's correlations between neighbours along x and along y: smoothness.</summary>
    Correlation,

    /// <summary>Absolute difference of these two correlations: stripes along an axis.</summary>
    Anisotropy,

    /// <summary>log10 of the share of pixels that have the plane's highest value.</summary>
    Saturation,
}
