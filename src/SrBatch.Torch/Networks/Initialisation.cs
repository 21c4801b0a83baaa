using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>First weights, drawn from torch's global generator.</summary>
internal static class Initialisation
{
    /// <summary>
    /// Convolution kernels normal with the variance that keeps a signal's strength through LeakyReLU of slope 0.1 (He et al. 2015), biases zero. PyTorch's own
    /// default, meant for other networks, has a third of that variance: with it a U-Net spends its first hundreds of steps on finding its feet
    /// (docs/results.md).
    /// </summary>
    public static void HeNormal(nn.Module module)
    {
        using var noGradient = no_grad();
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            if (name.EndsWith(".weight", StringComparison.Ordinal))
            {
                nn.init.kaiming_normal_(parameter, a: 0.1, mode: nn.init.FanInOut.FanIn, nonlinearity: nn.init.NonlinearityType.LeakyReLU);
            }
            else
            {
                parameter.zero_();
            }
        }
    }
}
