using System.Runtime.InteropServices;

namespace SrBatch.Torch.Devices;

/// <summary>Memory of a device: how much is left, and whether it was what an operator lacked.</summary>
public static class TorchMemory
{
    /// <summary>
    /// Whether an operator of libtorch had no memory. Its allocators have no type of their own: "DefaultCPUAllocator: can't allocate memory", "CUDA out of memory",
    /// and cuBLAS and cuDNN say ..._STATUS_ALLOC_FAILED of their own buffers.
    /// </summary>
    public static bool IsLacking(Exception fault) => fault is ExternalException
        && (fault.Message.Contains("can't allocate memory", StringComparison.Ordinal) || fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || fault.Message.Contains("STATUS_ALLOC_FAILED", StringComparison.Ordinal));
}
