using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;

namespace SrBatch.Pipelines.Host;

/// <summary>Loads libtorch and finds the device that a request names.</summary>
internal static class TorchSetup
{
    public static ComputeDevice Start(ComputeRequest request, RunContext context)
    {
        Load(request.Threads, context);
        ComputeDevice device = Find(request.Device, context);
        Log.Runtime(context.Log, TorchRuntime.Version, device.Name, TorchRuntime.Threads);
        return device;
    }

    /// <inheritdoc cref="ComputeDevice.Find"/>
    public static ComputeDevice Find(string name, RunContext context) =>
        ComputeDevice.Find(name, context.Node.OwnGpu, context.Node.AllocatedGpu);

    /// <param name="threads">CPU threads; null: the CPUs of the Slurm task, else the cores of the process.</param>
    public static void Load(int? threads, RunContext context)
    {
        WorkingFolder.Ensure();
        TorchRuntime.Start(context.Node.TorchFolder, threads ?? context.Slurm.CpusPerTask ?? context.Node.Cores);
    }
}
