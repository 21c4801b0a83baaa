namespace SrBatch.Core.Manifests;

/// <summary>How far two images are apart, pixel by pixel.</summary>
public enum PixelLoss
{
    /// <summary>Mean squared error.</summary>
    Mse,

    /// <summary>Mean absolute error.</summary>
    L1,
}
