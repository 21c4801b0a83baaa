using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using TorchSharp;

namespace SrBatch.Torch.Collectives;

/// <summary>Tries NCCL with this process alone.</summary>
public static class NcclCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Whether there is something to try: a GPU, or a library that the user names.</summary>
    public static bool IsWanted => NcclLibrary.Chosen(Environment.GetEnvironmentVariable) is { } chosen ? chosen != NcclLibrary.None : TorchRuntime.GpuCount > 0;

    /// <summary>Loads NCCL, makes a communicator of one rank, sums with it, ends it.</summary>
    /// <param name="device">This process's GPU.</param>
    /// <param name="report">Takes a line for the log when NCCL hangs; the process then ends with exit code 75.</param>
    /// <returns>Version and library, and whether it works; what is wrong, in place of an exception.</returns>
    public static string Describe(ComputeDevice device, Action<string> report)
    {
        try
        {
            string library = NcclLibrary.Load(Environment.GetEnvironmentVariable), found = $"{NcclLibrary.Version()} from {library}";
            if (device.Torch.type != DeviceType.CUDA && TorchRuntime.GpuCount > 0)
            {
                return $"{found}, not tried: none of the GPUs is this process's";
            }
            try
            {
                using var alone = new NcclCollective(found, rank: 0, size: 1, NcclId.New(), device, mpi: null, Limit, report);
                Span<double> values = [1, 2, 3];
                alone.Sum(values);
                return values is [1, 2, 3] ? $"{found}, works on {device.Name} with one rank" : $"{found}, but does not work: 1, 2, 3 summed over one rank is {string.Join(", ", values.ToArray())}";
            }
            catch (SrBatchException fault)
            {
                return $"{found}, but does not work: {fault.Message}";
            }
        }
        catch (SrBatchException fault)
        {
            return $"not found: {fault.Message}";
        }
    }
}
