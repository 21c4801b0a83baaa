namespace SrBatch.Core.Trust;

/// <summary>One number of <see cref="PlaneFeatures"/>.</summary>
/// <param name="Kind">What it measures.</param>
/// <param name="Index">Of the quantile in <see cref="CropFeatures.Quantiles"/>, or of the scale: 0 is detail of 2 to 4 pixels, 1 of 4 to 8, and so on.</param>
/// <param name="IsSpread">False: the mean over the plane's crops. True: the logarithm of its standard deviation over them.</param>
public readonly record struct PlaneFeature(FeatureKind Kind, int Index, bool IsSpread)
{
    /// <summary>Wavelengths of the scale, input pixels: "2 to 4".</summary>
    public string Pixels => $"{2 << Index} to {4 << Index}";
}
