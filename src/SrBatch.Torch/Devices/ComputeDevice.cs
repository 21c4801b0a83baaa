using SrBatch.Core.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Devices;

/// <summary>The device on which networks run.</summary>
public sealed class ComputeDevice
{
    private ComputeDevice(Device device) => Torch = device;

    public static ComputeDevice Cpu { get; } = new(CPU);

    internal Device Torch { get; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Name => Torch.type == DeviceType.CUDA ? $"cuda:{Math.Max(0, Torch.index)}" : "cpu";

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Kind => Torch.type == DeviceType.CUDA ? "cuda" : "cpu";

    /// <summary>Free and total memory of the GPU, bytes; null for the CPU, and where the driver does not say.</summary>
    public (long Free, long Total)? GpuMemory =>
        Torch.type == DeviceType.CUDA ? CudaDriver.Memory(Math.Max(0, Torch.index)) : null;

    /// <summary>The GPU's generation, e.g. (8, 0) for Ampere; null for the CPU, and where the driver does not say.</summary>
    public (int Major, int Minor)? GpuCapability =>
        Torch.type == DeviceType.CUDA ? CudaDriver.Capability(Math.Max(0, Torch.index)) : null;

    /// <param name="name">
    /// <c>auto</c> (this process's GPU if there is one, else the CPU), <c>cpu</c>, <c>cuda</c> (this process's GPU) or <c>cuda:N</c>.
    /// </param>
    /// <param name="share">Returns the index of this process's GPU, or null for none, given the number of GPUs that libtorch sees.</param>
    /// <param name="allocated">What says that this process was given a GPU, for messages; null: it was given none.</param>
    /// <exception cref="SrBatchException">
    /// Exit code 69: no such GPU here, or one was given that cannot be used; 64: no such name.
    /// </exception>
    public static ComputeDevice Find(string name, Func<int, int?> share, string? allocated)
    {
        if (name == "cpu")
        {
            return Cpu;
        }
        int present = cuda.is_available() ? cuda.device_count() : 0;
        int? own = share(present) is { } mine && mine < present ? mine : null;
        if (name == "auto" && own is null)
        {
            return allocated is null
                ? Cpu
                : throw new SrBatchException(
                    ExitCode.Unavailable,
                    $"this task has a GPU ({allocated}), but cannot use it: {GpuFault.Describe(present)}. "
                        + "To compute on the CPU all the same, pass --device cpu and do not request a GPU.");
        }
        int index = own ?? -1;
        bool isNumbered = name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out index);
        if (name is not ("auto" or "cuda") && !isNumbered)
        {
            throw new SrBatchException(ExitCode.Usage, $"--device is '{name}'; must be auto, cpu, cuda or cuda:N");
        }
        if (index < 0 || index >= present)
        {
            string none = present > 0 && index < 0 ? ", and none of them belongs to this process" : "";
            throw new SrBatchException(
                ExitCode.Unavailable,
                $"--device is '{name}', but libtorch sees {present} GPU{(present == 1 ? "" : "s")} here{none}: "
                    + $"{GpuFault.Describe(present)}. Ask Slurm for a GPU (--gres=gpu:1), or pass --device cpu; "
                    + "'srbatch doctor' says more.");
        }
        return new ComputeDevice(new Device(DeviceType.CUDA, index));
    }
}
