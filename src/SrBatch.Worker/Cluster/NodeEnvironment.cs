using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Reads from the environment what this node offers for computing.</summary>
internal static class NodeEnvironment
{
    /// <param name="localRank">See <see cref="ProcessRank.Local"/>.</param>
    public static ComputeNode Read(int localRank) => new()
    {
        TorchFolder = Environment.GetEnvironmentVariable("SRBATCH_TORCH"),
        OwnGpu = visible => GpuShare.Of(Environment.GetEnvironmentVariable, localRank, visible),
    };
}
