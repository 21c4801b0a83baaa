using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Reads from the environment what the process may use of this node.</summary>
internal static class NodeEnvironment
{
    /// <param name="localRank">See <see cref="ProcessRank.Local"/>.</param>
    public static ComputeNode Read(int localRank) => new()
    {
        TorchFolder = Environment.GetEnvironmentVariable("SRBATCH_TORCH"),
        AllocatedGpu = GpuShare.Allocated(Environment.GetEnvironmentVariable),
        FreeMemory = FreeMemory.Bytes,
        Neighbours = () => JobNeighbours.Count(),
        OwnGpu = visible => GpuShare.Of(Environment.GetEnvironmentVariable, localRank, visible),
    };
}
