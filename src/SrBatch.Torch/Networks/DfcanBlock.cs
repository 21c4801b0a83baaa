using SrBatch.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Fourier channel attention block (Qiao et al. 2021): two 3x3 convolutions with GELU, channels weighted by their spectra, and the input
/// added. The spectrum is taken of each block of 16 x 16 pixels, with zero frequency in the middle and its moduli to the power of 0.8.
/// </summary>
internal sealed class DfcanBlock : nn.Module<Tensor, Tensor>
{
    /// <summary>The paper's gamma.</summary>
    private const double Gamma = 0.8;

    /// <summary>Added to the squared moduli, as the gradient would be infinite at 0. The transform keeps the sum of squares.</summary>
    private const double Epsilon = 1e-8;

    private readonly Convolution conv1, conv2, spectral;
    private readonly ChannelGate gate;

    public DfcanBlock(long features)
        : base(nameof(DfcanBlock))
    {
        conv1 = new Convolution(features, features, Activation.Gelu);
        conv2 = new Convolution(features, features, Activation.Gelu);
        spectral = new Convolution(features, features, Activation.Relu);
        gate = new ChannelGate(features);
        register_module(nameof(conv1), conv1);
        register_module(nameof(conv2), conv2);
        register_module(nameof(spectral), spectral);
        register_module(nameof(gate), gate);
    }

    // h, w: attention blocks along H and W; N: all blocks of all images; S, S: pixels or frequencies of a block.
    public override Tensor forward(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = conv2.call(conv1.call(x_BFHW));
        Tensor means_NF = spectral.call(Spectra(h_BFHW)).mean([2, 3]);
        long height = x_BFHW.shape[2] / AttentionBlocks.Side, width = x_BFHW.shape[3] / AttentionBlocks.Side;
        Tensor means_BFhw = means_NF.view(x_BFHW.shape[0], height, width, -1).permute(0, 3, 1, 2);
        return AttentionBlocks.Weigh(h_BFHW, gate.call(means_BFhw)).Plus(x_BFHW).MoveToOuterDisposeScope();
    }

    private static Tensor Spectra(Tensor h_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor transformable_BFHW = h_BFHW.dtype == ScalarType.BFloat16 ? h_BFHW.to(float32) : h_BFHW; // libtorch has no bf16 transform
        Tensor spectrum_NFSS = fft.fft2(AttentionBlocks.Cut(transformable_BFHW), norm: FFTNormType.Ortho);
        Tensor power_NFSS = spectrum_NFSS.real.Squared().Plus(spectrum_NFSS.imag.Squared()).PlusInPlace(Epsilon);
        return fft.fftshift(power_NFSS.ToThe(Gamma / 2), [2, 3]).to(h_BFHW.dtype).MoveToOuterDisposeScope();
    }
}
