namespace SrBatch.Torch.Collectives;

/// <summary>Decisions that all ranks take together; all of them must call.</summary>
public static class CollectiveExtensions
{
    /// <returns>Rank 0's value.</returns>
    public static double FromFirst(this ICollective ranks, double value)
    {
        Span<double> sum = [ranks.Rank == 0 ? value : 0];
        ranks.Sum(sum);
        return sum[0];
    }

    /// <returns>Whether the value is true on any rank.</returns>
    public static bool Any(this ICollective ranks, bool value)
    {
        Span<double> sum = [value ? 1 : 0];
        ranks.Sum(sum);
        return sum[0] > 0;
    }

    /// <returns>Whether all ranks have the same digest.</returns>
    public static bool IsSame(this ICollective ranks, uint digest)
    {
        // Exact in double precision up to two thousand ranks.
        double own = digest, size = ranks.Size;
        Span<double> sums = [own, own * (ranks.Rank + 1)];
        ranks.Sum(sums);
        return sums[0] == own * size && sums[1] == own * (size * (size + 1) / 2);
    }
}
