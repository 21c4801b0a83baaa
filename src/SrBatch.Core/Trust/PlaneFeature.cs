namespace SrBatch.Core.Trust;

/// <summary>The meaning of one of the numbers in <see cref="PlaneFeatures"/>.</summary>
/// <param name="Kind">What it measures.</param>
/// <param name="Index">
/// Index of the quantile in <see cref="CropFeatures.Quantiles"/>, or of the scale: 0 is detail of 2 to 4 pixels, 1 of 4 to 8, and so on.
/// </param>
/// <param name="IsSpread">False: the mean over the plane's crops. True: the logarithm of the standard deviation over the crops.</param>
public readonly record struct PlaneFeature(FeatureKind Kind, int Index, bool IsSpread)
{
    /// <summary>Wavelengths of the scale, input pixels: "2 to 4".</summary>
    public string Pixels => $"{2 << Index} to {4 << Index}";
}
