using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Worker.Cluster;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>Loads libtorch as the options and the environment ask for.</summary>
internal static class TorchSetup
{
    public static ComputeDevice Start(ComputeVerbOptions options, RunContext context)
    {
        Load(options.Threads ?? context.Slurm.CpusPerTask);
        ComputeDevice device = Find(options.Device, context);
        Log.Runtime(context.Log, TorchRuntime.Version, device.Name, TorchRuntime.Threads);
        return device;
    }

    /// <inheritdoc cref="ComputeDevice.Find"/>
    public static ComputeDevice Find(string name, RunContext context) =>
        ComputeDevice.Find(name, present => GpuShare.Of(Environment.GetEnvironmentVariable, context.Slurm.Rank.Local, present));

    public static void Load(int? threads) =>
        TorchRuntime.Start(Environment.GetEnvironmentVariable("SRBATCH_TORCH"), threads ?? Environment.ProcessorCount);
}
