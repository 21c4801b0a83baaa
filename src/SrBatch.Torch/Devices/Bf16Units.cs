using System.Runtime.Intrinsics.X86;

namespace SrBatch.Torch.Devices;

/// <summary>
/// Says whether a device has units that multiply in bf16. The hardware decides, and no stopwatch: the same device always gives the same
/// answer. AVX512_BF16 does not count: a Sapphire Rapids that shows it without AMX convolved half as fast in bf16 as in fp32 (2026-11-30).
/// </summary>
public static class Bf16Units
{
    /// <summary>What a device without such units lacks, for messages.</summary>
    public const string None = "there are no units for bf16 here (AMX, or a GPU of compute capability 8.0)";

    /// <summary>NVIDIA's first generation that multiplies in bf16: Ampere.</summary>
    private const int Ampere = 8;

    /// <returns>The units' name; null: there are none.</returns>
    public static string? Of(ComputeDevice device)
    {
        if (device.GpuCapability is var (major, minor))
        {
            return major >= Ampere ? $"a GPU of compute capability {major}.{minor}" : null;
        }
        return device == ComputeDevice.Cpu && HasAmx() ? "AMX" : null;
    }

    /// <summary>Whether the processor multiplies tiles in bf16 (CPUID leaf 7, EDX bit 22).</summary>
    private static bool HasAmx() => X86Base.IsSupported && (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
}
