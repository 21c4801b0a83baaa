using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// A generator: maps images (B, 1, H, W) to images (B, 1, scale H, scale W); H and W are multiples of <see cref="Stride"/>. Away from a
/// window's borders, the result does not depend on the window's position, as long as windows start at multiples of <see cref="Stride"/>.
/// </summary>
public abstract class Network(string name, int scale) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Output pixels per input pixel, along each axis.</summary>
    public int Scale { get; } = scale;

    /// <summary>Input pixels to each side that one output pixel depends on.</summary>
    public abstract int ReceptiveField { get; }

    /// <summary>Grid on which windows may start, input pixels.</summary>
    public abstract int Stride { get; }

    /// <summary>Memory for the activations of one input pixel without gradients; an upper estimate.</summary>
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

    /// <summary>
    /// Turns scale x scale channels on the input's grid into one channel on the target's (Shi et al. 2016; docs/adr/0006).
    /// </summary>
    protected Tensor SubPixels(Tensor y_BSShw) => Scale == 1 ? y_BSShw : nn.functional.pixel_shuffle(y_BSShw, Scale);
}
