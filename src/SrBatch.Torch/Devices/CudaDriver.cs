using System.Runtime.InteropServices;

namespace SrBatch.Torch.Devices;

/// <summary>
/// Asks NVIDIA's driver about a GPU. libcuda exists wherever libtorch sees a GPU, and its C interface does not change with CUDA's
/// version, while names in libtorch and in the CUDA runtime do. GPUs have the same numbers as in libtorch: CUDA_VISIBLE_DEVICES applies.
/// </summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";
    private const int CapabilityMajor = 75, CapabilityMinor = 76;

    /// <summary>The GPU's generation, e.g. (8, 0) for Ampere; null when the driver does not say.</summary>
    public static (int Major, int Minor)? Capability(int index) => Ask<(int, int)?>(index, device =>
    {
        bool isKnown = cuDeviceGetAttribute(out int major, CapabilityMajor, device) == 0;
        return cuDeviceGetAttribute(out int minor, CapabilityMinor, device) == 0 && isKnown ? (major, minor) : null;
    });

    /// <summary>
    /// Free and total memory, bytes; null when the driver does not say. Memory that libtorch keeps for later tensors counts as used.
    /// </summary>
    public static (long Free, long Total)? Memory(int index) => Ask<(long, long)?>(index, device =>
    {
        // The same context as libtorch's.
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

    /// <returns>Why the driver offers no GPU; null: it offers one.</returns>
    public static string? Fault()
    {
        try
        {
            int code = cuInit(0);
            if (code != 0)
            {
                string name = cuGetErrorName(code, out nint text) == 0 ? Marshal.PtrToStringUTF8(text) ?? "" : "";
                return $"NVIDIA's driver does not start: cuInit returns {code} {name}".TrimEnd();
            }
            return cuDeviceGetCount(out int count) == 0 && count > 0 ? null : "NVIDIA's driver offers no GPU to this process";
        }
        catch (DllNotFoundException fault)
        {
            return $"NVIDIA's driver is not on this node, or does not load: {fault.Message.Split('\n')[0].TrimEnd()}";
        }
        catch (EntryPointNotFoundException fault)
        {
            return $"NVIDIA's driver does not load: {fault.Message}";
        }
    }

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
    private static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    private static partial int cuGetErrorName(int code, out nint name);

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
