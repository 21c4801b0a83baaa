using SrBatch.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// A convolution's weights in the layout that inference reads fastest. oneDNN's layout depends on the images' size, too, so weights are
/// packed again when that changes.
/// </summary>
internal sealed class PackedWeight : IDisposable
{
    private readonly Tensor _source, _weight, _bias;
    private readonly long _padding;
    private readonly ScalarType _type, _result;
    private Tensor? _packed;
    private long[] _shape = [];

    /// <param name="weight">(features, channels, rows, columns).</param>
    /// <param name="bias">(features).</param>
    /// <param name="padding">Rows and columns of zeros around the image.</param>
    /// <param name="type">Type to compute in.</param>
    /// <param name="result">Type of the output.</param>
    public PackedWeight(Tensor weight, Tensor bias, long padding, ScalarType type, ScalarType result)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (_source, _padding, _type, _result) = (weight, padding, type, result);
        _weight = ChannelsLast(weight.detach().to(type)).DetachFromDisposeScope();
        _bias = bias.detach().to(type, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Whether these are the weights of that parameter. Moving a module replaces its parameters by new objects.</summary>
    public bool IsOf(Tensor weight) => ReferenceEquals(_source, weight);

    public Tensor Convolve(Tensor x_BCHW, Activation activation)
    {
        if (x_BCHW.dtype == _type && _type == _result)
        {
            return Run(x_BCHW, activation);
        }
        using var scope = NewDisposeScope();
        return Run(x_BCHW.to(_type), activation).to(_result).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _packed?.Dispose();
        _weight.Dispose();
        _bias.Dispose();
    }

    private Tensor Run(Tensor x_BCHW, Activation activation)
    {
        if (x_BCHW.device_type != DeviceType.CPU)
        {
            return Convolution.Activate(nn.functional.conv2d(x_BCHW, _weight, _bias, padding: [_padding, _padding]), activation);
        }
        Pack(x_BCHW.shape);
        return activation switch
        {
            Activation.LeakyRelu => LibTorch.Convolve(x_BCHW, _packed!, _bias, _padding, "leaky_relu", 0.1),
            Activation.Relu => LibTorch.Convolve(x_BCHW, _packed!, _bias, _padding, "relu", null),
            Activation.Gelu => LibTorch.Convolve(x_BCHW, _packed!, _bias, _padding, "gelu", null),
            _ => LibTorch.Convolve(x_BCHW, _packed!, _bias, _padding, "none", null),
        };
    }

    private void Pack(long[] shape)
    {
        if (!_shape.AsSpan().SequenceEqual(shape))
        {
            _packed?.Dispose();
            _packed = LibTorch.PackWeight(_weight, _padding, shape).DetachFromDisposeScope();
            _shape = shape;
        }
    }

    private static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
