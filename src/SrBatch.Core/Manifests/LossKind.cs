namespace SrBatch.Core.Manifests;

public enum LossKind
{
    /// <summary>adversarial + lambda MSE - nu log((1 + SSIM) / 2), Wang et al. 2019.</summary>
    Gan,

    /// <summary>Mean squared error.</summary>
    Mse,

    /// <summary>Mean absolute error.</summary>
    L1,
}
