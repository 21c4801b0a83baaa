using System.Runtime.InteropServices;

namespace SrBatch.Torch.Devices;

/// <summary>Recognises lack of memory.</summary>
public static class TorchMemory
{
    /// <summary>
    /// Whether an operator of libtorch failed for lack of memory. There is no exception type for it, only messages: "DefaultCPUAllocator:
    /// can't allocate memory", "CUDA out of memory", and ..._STATUS_ALLOC_FAILED from cuBLAS and cuDNN.
    /// </summary>
    public static bool IsLacking(Exception fault) => fault is ExternalException
        && (fault.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            || fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || fault.Message.Contains("STATUS_ALLOC_FAILED", StringComparison.Ordinal));
}
