using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SrBatch.Torch.Native;

/// <summary>What libtorch's stable C interface has and TorchSharp does not wrap. A TorchSharp handle is an AtenTensorHandle.</summary>
internal static partial class LibTorch
{
    /// <summary>Address of a tensor's first value.</summary>
    public static long DataPointer(Tensor tensor)
    {
        int fault = aoti_torch_get_data_ptr(tensor.Handle, out nint pointer);
        return fault == 0 ? pointer : throw new InvalidOperationException($"aoti_torch_get_data_ptr failed with {fault}");
    }

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_get_data_ptr(nint tensor, out nint pointer);
}
