namespace SrBatch.Core.Manifests;

/// <summary>How the difference of two images is measured, pixel by pixel.</summary>
public enum PixelLoss
{
    /// <summary>Mean squared error.</summary>
    Mse,

    /// <summary>Mean absolute error.</summary>
    L1,
}
