using System.Text;
using SrBatch.Pipelines.Host;
using SrBatch.Torch.Collectives;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>The nodes of all ranks, for messages.</summary>
internal sealed class RankNames
{
    private const int MostBytes = 64;

    private readonly string[] _nodes;

    private RankNames(string[] nodes) => _nodes = nodes;

    /// <summary>All ranks call it together.</summary>
    public static RankNames Exchange(ICollective ranks, RunContext context)
    {
        double[] bytes = new double[ranks.Size * MostBytes];
        byte[] own = Encoding.UTF8.GetBytes(context.Slurm.NodeName ?? Environment.MachineName);
        for (int i = 0; i < Math.Min(own.Length, MostBytes); i++)
        {
            bytes[(ranks.Rank * MostBytes) + i] = own[i];
        }
        ranks.Sum(bytes);
        return new RankNames([.. bytes.Chunk(MostBytes).Select(node =>
            Encoding.UTF8.GetString([.. node.TakeWhile(value => value > 0).Select(value => (byte)value)]))]);
    }

    /// <returns>Such as <c>rank 1 on node n2</c>.</returns>
    public string Of(int rank) => $"rank {rank} on node {_nodes[rank]}";

    /// <returns>Such as <c>rank 1 on node n2, rank 3 on node n4</c>; the first few of many.</returns>
    public string Of(IReadOnlyList<int> ranks)
    {
        const int Most = 8;
        string more = ranks.Count > Most ? $" and {ranks.Count - Most} more" : "";
        return string.Join(", ", ranks.Take(Most).Select(Of)) + more;
    }
}
