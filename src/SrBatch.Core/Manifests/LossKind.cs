namespace SrBatch.Core.Manifests;

public enum LossKind
{
    /// <summary>adversarial + lambda * pixel term - nu * log((1 + SSIM) / 2), Wang et al. 2019.</summary>
    Gan,

    /// <summary>lambda * mean squared error - nu * log((1 + SSIM) / 2); nu is 0 by default.</summary>
    Mse,

    /// <summary>As <see cref="Mse"/>, with the mean absolute error.</summary>
    L1,
}
