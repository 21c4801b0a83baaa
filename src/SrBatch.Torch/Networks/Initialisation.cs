using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>Initial weights, drawn from torch's global generator.</summary>
internal static class Initialisation
{
    /// <summary>
    /// Draws convolution kernels from a normal distribution whose variance keeps a signal's strength through LeakyReLU of slope 0.1 (He
    /// et al. 2015), and sets biases to zero. PyTorch's default has a third of that variance; a U-Net then learns little in its first
    /// hundreds of steps (docs/results.md).
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
