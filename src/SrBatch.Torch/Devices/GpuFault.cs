using SrBatch.Torch.Native;

namespace SrBatch.Torch.Devices;

/// <summary>Finds out why libtorch sees no GPU.</summary>
internal static class GpuFault
{
    /// <param name="present">GPUs that libtorch sees.</param>
    /// <returns>The reason and what to do.</returns>
    public static string Describe(int present)
    {
        if (present > 0)
        {
            return $"libtorch sees {present} GPU{(present == 1 ? "" : "s")} and none with this process's number; "
                + "start as many tasks on a node as it has GPUs";
        }
        if (!TorchRuntime.HasCuda)
        {
            return "this libtorch is built for the CPU only; use a build with CUDA (./build.sh publish -p:Torch=cuda, or -p:Torch=site and "
                + "SRBATCH_TORCH)";
        }
        string? fault = CudaDriver.Fault();
        return fault is not null
            ? $"{fault}; ask the administrator of this node, or exclude it (sbatch --exclude)"
            : "NVIDIA's driver works, but libtorch does not start with it; the driver may be too old for this libtorch (nvidia-smi "
                + "shows its version)";
    }
}
