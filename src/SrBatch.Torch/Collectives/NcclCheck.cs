using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using TorchSharp;

namespace SrBatch.Torch.Collectives;

/// <summary>Tries NCCL with this process alone.</summary>
public static class NcclCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Whether there is a GPU, or the user names a library.</summary>
    public static bool IsWanted => NcclLibrary.Chosen(Environment.GetEnvironmentVariable) is { } chosen
        ? chosen != NcclLibrary.None
        : TorchRuntime.GpuCount > 0;

    /// <summary>Loads NCCL, makes a communicator of one rank, sums with it, and ends it.</summary>
    /// <param name="device">This process's GPU.</param>
    /// <param name="report">Receives a line for the log when NCCL hangs; the process then ends with exit code 75.</param>
    /// <returns>Version and library, and whether it works or what is wrong. Failures of NCCL do not throw.</returns>
    public static string Describe(ComputeDevice device, Action<string> report)
    {
        try
        {
            string library = NcclLibrary.Load(Environment.GetEnvironmentVariable), found = $"{NcclLibrary.Version()} from {library}";
            if (device.Torch.type != DeviceType.CUDA && TorchRuntime.GpuCount > 0)
            {
                return $"{found}, not tried: no GPU belongs to this process";
            }
            try
            {
                var oneRank = new NcclIdExchange(NcclId.New(), Rank: 0, Size: 1, Mpi: null, Way: "nothing");
                using var alone = new NcclCollective(found, oneRank, device, new CollectiveWait(Limit, report));
                Span<double> values = [1, 2, 3];
                alone.Sum(values);
                return values is [1, 2, 3]
                    ? $"{found}, works on {device.Name} with one rank"
                    : $"{found}, but does not work: 1, 2, 3 summed over one rank is {string.Join(", ", values.ToArray())}";
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
