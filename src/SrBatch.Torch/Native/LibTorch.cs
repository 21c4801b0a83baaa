using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SrBatch.Torch.Native;

/// <summary>Functions of libtorch's stable C interface that TorchSharp does not wrap. A TorchSharp handle is an AtenTensorHandle.</summary>
internal static partial class LibTorch
{
    /// <summary>Address of a tensor's first value.</summary>
    public static long DataPointer(Tensor tensor)
    {
        int fault = aoti_torch_get_data_ptr(tensor.Handle, out nint pointer);
        return fault == 0 ? pointer : throw new InvalidOperationException($"aoti_torch_get_data_ptr failed with {fault}");
    }

    /// <summary>
    /// The memory of a contiguous float32 tensor on the CPU; nothing is copied. TorchSharp's ToArray copies value by value.
    /// </summary>
    public static unsafe Span<float> Values(Tensor tensor) => new((void*)DataPointer(tensor), checked((int)tensor.NumberOfElements));

    /// <summary>Runs a convolution and its activation as one operator of oneDNN. Inputs are channels-last.</summary>
    /// <param name="x">Images, on the CPU.</param>
    /// <param name="weight">From <see cref="PackWeight"/>, or unpacked; of the type of <paramref name="x"/>.</param>
    /// <param name="bias">Of the same type, too.</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="activation">oneDNN's name for it: <c>none</c>, <c>relu</c>, <c>leaky_relu</c> or <c>gelu</c>.</param>
    /// <param name="slope">Slope of a LeakyReLU; null for the other activations.</param>
    public static unsafe Tensor Convolve(Tensor x, Tensor weight, Tensor bias, long padding, string activation, double? slope)
    {
        long* paddings = stackalloc long[] { padding, padding }, ones = stackalloc long[] { 1, 1 };
        nint biasHandle = bias.Handle;
        double value = slope ?? 0;
        double* scalar = &value;
        fixed (byte* exact = "none"u8)
        {
            // "none" selects the exact GELU, not an approximation.
            Require(aoti_torch_cpu_mkldnn__convolution_pointwise(
                x.Handle, weight.Handle, &biasHandle, paddings, 2, ones, 2, ones, 2, 1,
                activation, &scalar, slope is null ? 0 : 1, &exact, out nint result));
            return Tensor.UnsafeCreateTensor(result);
        }
    }

    /// <summary>Reorders a kernel as oneDNN prefers it for images of one size. Only <see cref="Convolve"/> can read the result.</summary>
    /// <param name="weight">(features, channels, rows, columns).</param>
    /// <param name="padding">Zeros around the image.</param>
    /// <param name="shape">Shape of the images: (count, channels, height, width).</param>
    public static unsafe Tensor PackWeight(Tensor weight, long padding, ReadOnlySpan<long> shape)
    {
        using Tensor opaque = Tensor.UnsafeCreateTensor((nint)Dispatch("aten::to_mkldnn", [Own(weight), 0]));
        // The dispatcher frees the memory of optional arguments.
        var size = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *size = List(shape);
        return Tensor.UnsafeCreateTensor((nint)Dispatch(
            "aten::mkldnn_reorder_conv2d_weight",
            [Own(opaque), List([padding, padding]), List([1, 1]), List([1, 1]), 1, (ulong)size]));
    }

    /// <returns>The operator's only result.</returns>
    private static unsafe ulong Dispatch(string name, ulong[] stack)
    {
        const ulong Version = 0x020A_0000_0000_0000; // 2.10.0: the release with this calling convention
        fixed (ulong* arguments = stack)
        {
            Require(torch_call_dispatcher(name, "", arguments, Version));
        }
        return stack[0];
    }

    /// <summary>Makes another handle of a tensor; the dispatcher takes ownership of it.</summary>
    private static ulong Own(Tensor tensor)
    {
        Require(aoti_torch_new_tensor_handle(tensor.Handle, out nint copy));
        return (ulong)copy;
    }

    private static ulong List(ReadOnlySpan<long> values)
    {
        Require(torch_new_list_reserve_size((nuint)values.Length, out nint list));
        foreach (long value in values)
        {
            Require(torch_list_push_back(list, (ulong)value));
        }
        return (ulong)list;
    }

    private static void Require(int fault, [CallerMemberName] string caller = "")
    {
        if (fault != 0)
        {
            throw new InvalidOperationException($"{caller}: libtorch failed with {fault}; its own message is above");
        }
    }

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_get_data_ptr(nint tensor, out nint pointer);

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_new_tensor_handle(nint tensor, out nint copy);

    [LibraryImport("torch_cpu")]
    private static partial int torch_new_list_reserve_size(nuint size, out nint list);

    [LibraryImport("torch_cpu")]
    private static partial int torch_list_push_back(nint list, ulong value);

    [LibraryImport("torch_cpu", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int torch_call_dispatcher(string name, string overload, ulong* stack, ulong version);

    [LibraryImport("torch_cpu", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int aoti_torch_cpu_mkldnn__convolution_pointwise(
        nint x, nint weight, nint* bias, long* padding, long paddings, long* stride, long strides, long* dilation, long dilations,
        long groups, string activation, double** scalars, long scalarCount, byte** algorithm, out nint result);
}
