using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// A generator: images (B, 1, H, W) to images (B, 1, scale H, scale W), H and W multiples of <see cref="Stride"/>. Far from a window's borders the
/// result does not depend on where the window lies, as long as it starts at a multiple of <see cref="Stride"/>.
/// </summary>
public abstract class Network(string name, int scale) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Output pixels per input pixel, along each axis.</summary>
    public int Scale { get; } = scale;

    /// <summary>Input pixels to each side that one output pixel depends on.</summary>
    public abstract int ReceptiveField { get; }

    /// <summary>Grid on which windows may start, input pixels.</summary>
    public abstract int Stride { get; }

    /// <summary>Memory for the activations of one input pixel without gradients; an estimate from above.</summary>
    public abstract long BytesPerPixel { get; }

    /// <summary>Number of trained values.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.NumberOfElements);

    /// <summary>Fixes the weights for inference, in this type; see <see cref="Convolution.Pack"/>.</summary>
    public void Pack(ScalarType type)
    {
        foreach (Convolution layer in modules().OfType<Convolution>())
        {
            layer.Pack(type);
        }
    }

    /// <summary>From scale x scale channels on the input's grid to one on the target's (Shi et al. 2016; docs/adr/0006).</summary>
    protected Tensor SubPixels(Tensor y_BSShw) => Scale == 1 ? y_BSShw : nn.functional.pixel_shuffle(y_BSShw, Scale);
}
