using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>Loads libtorch as the options and the environment ask for.</summary>
internal static class TorchSetup
{
    public static ComputeDevice Start(ComputeVerbOptions options, RunContext context)
    {
        Load(options.Threads ?? context.Slurm.CpusPerTask);
        ComputeDevice device = ComputeDevice.Find(options.Device);
        Log.Runtime(context.Log, TorchRuntime.Version, device.Name, TorchRuntime.Threads);
        return device;
    }

    public static void Load(int? threads) =>
        TorchRuntime.Start(Environment.GetEnvironmentVariable("SRBATCH_TORCH"), threads ?? Environment.ProcessorCount);
}
