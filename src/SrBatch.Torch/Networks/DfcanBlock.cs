using SrBatch.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Fourier channel attention block (Qiao et al. 2021): two 3x3 convolutions with GELU, channels weighed by what their spectra hold, and the input added. The
/// spectrum is that of each block of 16 x 16 pixels, zero frequency in the middle, its moduli to the power of 0.8.
/// </summary>
internal sealed class DfcanBlock : nn.Module<Tensor, Tensor>
{
    /// <summary>The paper's gamma.</summary>
    private const double Gamma = 0.8;

    /// <summary>Added to squared moduli of a transform that keeps the sum of squares; without it the gradient at 0 is infinite.</summary>
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

    // h, w are blocks of attention along H, W, and N all of them; S, S a block's pixels or frequencies.
    public override Tensor forward(Tensor x_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor h_BFHW = conv2.call(conv1.call(x_BFHW));
        Tensor means_NF = spectral.call(Spectra(h_BFHW)).mean([2, 3]);
        long batch = x_BFHW.shape[0], height = x_BFHW.shape[2] / AttentionBlocks.Side, width = x_BFHW.shape[3] / AttentionBlocks.Side;
        Tensor means_BFhw = means_NF.view(batch, height, width, -1).permute(0, 3, 1, 2);
        return AttentionBlocks.Weigh(h_BFHW, gate.call(means_BFhw)).Plus(x_BFHW).MoveToOuterDisposeScope();
    }

    /// <summary>There is no transform of bf16.</summary>
    private static Tensor Spectra(Tensor h_BFHW)
    {
        using var scope = NewDisposeScope();
        Tensor spectrum_NFSS = fft.fft2(AttentionBlocks.Cut(h_BFHW.dtype == ScalarType.BFloat16 ? h_BFHW.to(float32) : h_BFHW), norm: FFTNormType.Ortho);
        Tensor power_NFSS = spectrum_NFSS.real.Squared().Plus(spectrum_NFSS.imag.Squared()).PlusInPlace(Epsilon);
        return fft.fftshift(power_NFSS.ToThe(Gamma / 2), [2, 3]).to(h_BFHW.dtype).MoveToOuterDisposeScope();
    }
}
