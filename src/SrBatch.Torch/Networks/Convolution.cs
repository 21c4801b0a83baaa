using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// A convolution that keeps the image's size (at stride 1), followed by an activation. Parameters have the names and the initial
/// distribution of PyTorch's Conv2d. <see cref="Pack"/> fixes the weights for inference: on the CPU, oneDNN then runs convolution and
/// activation as one operator, with the weights in its preferred order.
/// </summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private static readonly Scalar Slope = 0.1.ToScalar();

    /// <summary>
    /// A layer with fewer input or output channels is always computed in float32. Such layers are a small part of the work, rounding
    /// shows most in the first and the last layer, and oneDNN has no fast bf16 kernel for few channels, on some machines even a wrong one
    /// (docs/adr/0022).
    /// </summary>
    private const long LeastBf16Channels = 16;

    private readonly Parameter weight, bias;
    private readonly Activation _activation;
    private readonly long _stride;
    private readonly long _padding;
    private readonly bool _isLast;
    private PackedWeight? _packed;
    private ScalarType _packedType;
    private ScalarType _type = ScalarType.Float32;

    /// <param name="channels">Channels of the input.</param>
    /// <param name="features">Channels of the output.</param>
    /// <param name="activation">Applied to the output.</param>
    /// <param name="side">Side of the square kernel; odd.</param>
    /// <param name="stride">Input pixels per output pixel.</param>
    /// <param name="isLast">Whether it is the last layer of its network, which is always computed in float32.</param>
    public Convolution(
        long channels,
        long features,
        Activation activation = Activation.None,
        long side = 3,
        long stride = 1,
        bool isLast = false)
        : base(nameof(Convolution))
    {
        _activation = activation;
        _stride = stride;
        _isLast = isLast;
        _padding = side / 2;
        weight = new Parameter(empty(features, channels, side, side));
        bias = new Parameter(empty(features));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        double bound = 1 / Math.Sqrt(channels * side * side);
        nn.init.uniform_(bias, -bound, bound);
    }

    /// <summary>
    /// Makes all convolutions of a network compute in this type during training. Weights, gradients and the network's result stay float32.
    /// </summary>
    public static void ComputeIn(nn.Module network, ScalarType type)
    {
        foreach (Convolution layer in network.modules().OfType<Convolution>())
        {
            layer._type = type;
        }
    }

    /// <summary>
    /// From now on the layer computes with its present weights, converted to this type; images must be channels-last. When the module is
    /// moved afterwards, its moved weights are packed again, in the same type.
    /// </summary>
    public void Pack(ScalarType type)
    {
        _packed?.Dispose();
        _packed = new PackedWeight(weight, bias, _padding, ComputeType(type), ResultType(type));
        _packedType = type;
    }

    public override Tensor forward(Tensor x_BCHW)
    {
        if (_packed is not null)
        {
            if (!_packed.IsOf(weight))
            {
                Pack(_packedType); // the module was moved: its parameters are new objects
            }
            return _packed.Convolve(x_BCHW, _activation);
        }
        if (_type != ScalarType.Float32)
        {
            return ForwardRounded(x_BCHW);
        }
        Tensor y_BFhw = nn.functional.conv2d(x_BCHW, weight, bias, [_stride, _stride], [_padding, _padding]);
        return Activate(y_BFhw, _activation);
    }

    private Tensor ForwardRounded(Tensor x_BCHW)
    {
        using var scope = NewDisposeScope();
        ScalarType type = ComputeType(_type);
        Tensor y_BFhw = nn.functional.conv2d(x_BCHW.to(type), weight.to(type), bias.to(type), [_stride, _stride], [_padding, _padding]);
        return Activate(y_BFhw.to(ResultType(_type)), _activation).MoveToOuterDisposeScope();
    }

    private ScalarType ComputeType(ScalarType type) =>
        weight.shape[1] < LeastBf16Channels ? ScalarType.Float32 : ResultType(type);

    private ScalarType ResultType(ScalarType type) =>
        _isLast || weight.shape[0] < LeastBf16Channels ? ScalarType.Float32 : type;

    /// <param name="x">Changed in place or disposed: nothing else may use it.</param>
    public static Tensor Activate(Tensor x, Activation activation)
    {
        switch (activation)
        {
            case Activation.LeakyRelu:
                return x.leaky_relu_(Slope);
            case Activation.Relu:
                return x.relu_();
            case Activation.Gelu:
                using (x)
                {
                    return nn.functional.gelu(x);
                }
            default:
                return x;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _packed?.Dispose();
        }
        base.Dispose(disposing);
    }
}
