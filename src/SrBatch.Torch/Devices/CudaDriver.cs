using System.Runtime.InteropServices;

namespace SrBatch.Torch.Devices;

/// <summary>
/// What NVIDIA's driver tells of a GPU. libcuda is there wherever libtorch sees a GPU, and its C interface does not change with CUDA's version, as libtorch's and
/// the runtime's names do. GPUs count as in libtorch: CUDA_VISIBLE_DEVICES is obeyed.
/// </summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";
    private const int CapabilityMajor = 75, CapabilityMinor = 76;

    /// <summary>The GPU's generation, e.g. (8, 0) for Ampere; null when the driver does not tell.</summary>
    public static (int Major, int Minor)? Capability(int index) => Ask<(int, int)?>(index, device =>
        cuDeviceGetAttribute(out int major, CapabilityMajor, device) == 0 && cuDeviceGetAttribute(out int minor, CapabilityMinor, device) == 0 ? (major, minor) : null);

    /// <summary>Bytes that the GPU has left and has; what libtorch keeps for its next tensors counts as used. Null when the driver does not tell.</summary>
    public static (long Free, long Total)? Memory(int index) => Ask<(long, long)?>(index, device =>
    {
        // The context that libtorch has as well.
        if (cuDevicePrimaryCtxRetain(out nint context, device) != 0)
        {
            return null;
        }
        try
        {
            if (cuCtxPushCurrent(context) != 0)
            {
                return null;
            }
            bool isKnown = cuMemGetInfo(out nuint free, out nuint total) == 0;
            _ = cuCtxPopCurrent(out _);
            return isKnown ? ((long)free, (long)total) : null;
        }
        finally
        {
            _ = cuDevicePrimaryCtxRelease(device);
        }
    });

    private static T? Ask<T>(int index, Func<int, T?> question)
    {
        try
        {
            return cuInit(0) == 0 && cuDeviceGet(out int device, index) == 0 ? question(device) : default;
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            return default;
        }
    }

    [LibraryImport(Library)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    private static partial int cuDevicePrimaryCtxRelease(int device);

    [LibraryImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    private static partial int cuCtxPushCurrent(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    private static partial int cuCtxPopCurrent(out nint context);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int cuMemGetInfo(out nuint free, out nuint total);
}
