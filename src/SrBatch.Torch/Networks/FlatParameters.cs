using System.Buffers.Binary;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Weights;
using SrBatch.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Holds all parameters of a module as views into one flat tensor, and their gradients as views into another. An optimiser step, an
/// average or an all-reduce then takes a few operations on one tensor instead of a few on each of dozens.
/// </summary>
/// <remarks>
/// Convolution kernels lie in memory as (out, row, column, in), so that oneDNN runs channels-last without reordering them: a training
/// step is 1.2 to 1.4 times as fast on CPU. Names and shapes stay PyTorch's. Moving the module afterwards breaks the views, so move it to
/// its device first.
/// </remarks>
internal sealed class FlatParameters : IDisposable
{
    private const double FullStepInputs = 9 * 16;

    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly List<Tensor> _owned = [];

    public FlatParameters(nn.Module module)
    {
        _parameters = [.. module.named_parameters().Select(named => (named.name, named.parameter))];
        long total = _parameters.Sum(named => named.Parameter.NumberOfElements);
        Device device = _parameters[0].Parameter.device;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Values = zeros(total, device: device).DetachFromDisposeScope();
        Gradients = zeros(total, device: device).DetachFromDisposeScope();
        StepScale = ones(total, device: device).DetachFromDisposeScope();
        long offset = 0;
        foreach ((_, Parameter parameter) in _parameters)
        {
            Tensor value = View(Values, offset, parameter.shape), gradient = View(Gradients, offset, parameter.shape);
            value.copy_(parameter);
            parameter.set_(value);
            parameter.grad = gradient;
            StepScale.narrow(0, offset, parameter.NumberOfElements).TimesInPlace(ScaleOf(parameter.shape));
            _owned.Add(value.DetachFromDisposeScope());
            _owned.Add(gradient.DetachFromDisposeScope());
            offset += parameter.NumberOfElements;
        }
    }

    /// <summary>1-D, all parameters in the order of the module's names.</summary>
    public Tensor Values { get; }

    /// <summary>1-D, laid out as <see cref="Values"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>
    /// Factors for the optimiser's steps; 1-D, laid out as <see cref="Values"/>. Adam's steps have the same length for kernels of many
    /// inputs and of few, although He's rule makes values smaller by the root of the number of inputs. With steps scaled in the same way,
    /// a step changes all kernels by about the same share. At 16 features, twice the learning rate that made the deep levels diverge
    /// before is then stable, and half of it no longer makes them diverge now and then (docs/results.md).
    /// </summary>
    public Tensor StepScale { get; }

    /// <summary>Call after backward. Gradients outside of the flat tensor would train nothing, without any error.</summary>
    /// <exception cref="InvalidOperationException">A gradient lies elsewhere, as a parameter was replaced or moved.</exception>
    public void RequireIntact()
    {
        using var scope = NewDisposeScope();
        long start = Address(Gradients), end = start + (Gradients.NumberOfElements * sizeof(float));
        if (!_parameters.All(named => named.Parameter.grad is { } gradient && Address(gradient) >= start && Address(gradient) < end))
        {
            throw new InvalidOperationException(
                "the gradients no longer lie in the flat tensor; the module was moved after its parameters were gathered");
        }
    }

    /// <summary>Scales the gradient down to a Euclidean norm of at most <paramref name="longest"/>; 0 leaves it unchanged.</summary>
    public void ClipGradients(double longest)
    {
        if (longest > 0)
        {
            using var scope = NewDisposeScope();
            double length = Gradients.norm().Value();
            if (length > longest)
            {
                Gradients.TimesInPlace(longest / length);
            }
        }
    }

    /// <summary>Sets whether graphs built from now on include these parameters.</summary>
    public void RequireGradients(bool required)
    {
        foreach ((_, Parameter parameter) in _parameters)
        {
            parameter.requires_grad_(required);
        }
    }

    /// <summary>A 32-bit hash of all values.</summary>
    public unsafe uint Digest()
    {
        using Tensor host = Values.cpu();
        var bytes = new ReadOnlySpan<byte>((void*)Address(host), checked((int)(host.NumberOfElements * sizeof(float))));
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(bytes));
    }

    /// <summary>Copies a tensor laid out as <see cref="Values"/> into named arrays in C order.</summary>
    public IEnumerable<WeightArray> Export(Tensor flat, string prefix)
    {
        long offset = 0;
        foreach ((string name, Parameter parameter) in _parameters)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            Tensor value = View(flat, offset, parameter.shape).cpu().contiguous();
            offset += parameter.NumberOfElements;
            yield return new WeightArray(prefix + name, parameter.shape, value.data<float>().ToArray());
        }
    }

    /// <summary>The reverse of <see cref="Export"/>.</summary>
    /// <exception cref="SrBatchException">Exit code 65: an array is missing or has another shape.</exception>
    public void Import(Tensor flat, string prefix, IReadOnlyDictionary<string, WeightArray> arrays, string where)
    {
        foreach ((string name, Parameter parameter) in _parameters)
        {
            if (!arrays.TryGetValue(prefix + name, out WeightArray? array) || !array.Shape.SequenceEqual(parameter.shape))
            {
                string found = array is null ? "is missing" : $"is [{string.Join(", ", array.Shape)}]";
                throw new SrBatchException(
                    ExitCode.ImagesFailed,
                    $"{where}: array '{prefix}{name}' {found}; expected [{string.Join(", ", parameter.shape)}]. "
                        + "The file belongs to another network or to other options.");
            }
        }
        ImportFitting(flat, prefix, arrays);
    }

    /// <summary>As <see cref="Import"/>, but a parameter whose array is missing or has another shape keeps its values.</summary>
    public CarriedWeights ImportFitting(Tensor flat, string prefix, IReadOnlyDictionary<string, WeightArray> arrays)
    {
        using var noGradient = no_grad();
        long offset = 0, carried = 0;
        var fresh = new List<string>();
        foreach ((string name, Parameter parameter) in _parameters)
        {
            using var scope = NewDisposeScope();
            if (arrays.TryGetValue(prefix + name, out WeightArray? array) && array.Shape.SequenceEqual(parameter.shape))
            {
                View(flat, offset, parameter.shape).copy_(tensor(array.Values.ToArray(), parameter.shape));
                carried += parameter.NumberOfElements;
            }
            else
            {
                fresh.Add(name);
            }
            offset += parameter.NumberOfElements;
        }
        return new CarriedWeights(_parameters.Length, fresh, carried, offset);
    }

    public void Dispose()
    {
        foreach (Tensor view in _owned)
        {
            view.Dispose();
        }
        Values.Dispose();
        Gradients.Dispose();
        StepScale.Dispose();
    }

    /// <summary>
    /// 1 up to the inputs of a 3 x 3 kernel over 16 feature maps, then falling with the root of the number of inputs; 1 for biases.
    /// </summary>
    private static double ScaleOf(long[] shape)
    {
        long inputs = shape.Length < 2 ? 1 : shape.Skip(1).Aggregate(1L, (product, length) => product * length);
        return Math.Min(1, Math.Sqrt(FullStepInputs / inputs));
    }

    private static Tensor View(Tensor flat, long offset, long[] shape)
    {
        Tensor part = flat.narrow(0, offset, shape.Aggregate(1L, (product, length) => product * length));
        return shape.Length == 4 ? part.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2) : part.view(shape);
    }

    private static long Address(Tensor tensor) => LibTorch.DataPointer(tensor);
}
