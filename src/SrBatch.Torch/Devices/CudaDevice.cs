using System.Runtime.InteropServices;

namespace SrBatch.Torch.Devices;

/// <summary>What NCCL needs to know of libtorch's GPU and TorchSharp does not offer.</summary>
internal static partial class CudaDevice
{
    /// <summary>Makes a GPU the calling thread's current one.</summary>
    public static void MakeCurrent(int index) => SetDeviceIndex(checked((sbyte)index));

    /// <summary>
    /// The stream (cudaStream_t) in which libtorch runs the work of the calling thread. Where a libtorch does not say, it is 0, the
    /// default stream, as TorchSharp never changes it.
    /// </summary>
    public static nint CurrentStream(int index)
    {
        try
        {
            return aoti_torch_get_current_cuda_stream(index, out nint stream) == 0 ? stream : 0;
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    /// <summary><c>at::accelerator::setDeviceIndex(c10::DeviceIndex)</c>.</summary>
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at11accelerator14setDeviceIndexEa")]
    private static partial void SetDeviceIndex(sbyte index);

    [LibraryImport("torch_cuda")]
    private static partial int aoti_torch_get_current_cuda_stream(int device, out nint stream);
}
