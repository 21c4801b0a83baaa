namespace SrBatch.Core.Trust;

/// <summary>What a feature of an input plane measures.</summary>
public enum FeatureKind
{
    /// <summary>A quantile of the normalised intensities, as asinh(x / 0.05): linear near the background, logarithmic above.</summary>
    Quantile,

    /// <summary>Natural logarithm of the standard deviation of the detail of one scale.</summary>
    Amplitude,

    /// <summary>Skewness of that detail: above 0 where structures are brighter than what surrounds them.</summary>
    Skewness,

    /// <summary>Natural logarithm of its kurtosis: high where structures are sparse, log 3 for noise.</summary>
    Tails,

    /// <summary>Sum of its correlations between neighbours along x and y: smoothness.</summary>
    Correlation,

    /// <summary>Their absolute difference: stripes along an axis.</summary>
    Anisotropy,

    /// <summary>log10 of the share of pixels that have the plane's highest value.</summary>
    Saturation,
}
