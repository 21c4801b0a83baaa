using SrBatch.Core.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Inference;

/// <summary>Where the networks run.</summary>
public sealed class ComputeDevice
{
    private ComputeDevice(Device device) => Torch = device;

    internal Device Torch { get; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Name => Torch.type == DeviceType.CUDA ? $"cuda:{Math.Max(0, Torch.index)}" : "cpu";

    /// <param name="name"><c>auto</c> (the first GPU that is there, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="SrBatchException">Exit code 69: no such GPU here; 64: no such name.</exception>
    public static ComputeDevice Find(string name)
    {
        if (name == "cpu" || (name == "auto" && !cuda.is_available()))
        {
            return new ComputeDevice(CPU);
        }
        int index = 0;
        if (name is not ("auto" or "cuda") && !(name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out index)))
        {
            throw new SrBatchException(ExitCode.Usage, $"--device is '{name}'; must be auto, cpu, cuda or cuda:N");
        }
        int present = cuda.is_available() ? cuda.device_count() : 0;
        if (index < 0 || index >= present)
        {
            throw new SrBatchException(ExitCode.Unavailable, $"--device is '{name}', but libtorch sees {present} GPU{(present == 1 ? "" : "s")} here. Ask Slurm for one (--gres=gpu:1), use a build with CUDA (-p:Torch=cuda), or pass --device cpu; 'srbatch doctor' tells more.");
        }
        return new ComputeDevice(new Device(DeviceType.CUDA, index));
    }
}
