namespace SrBatch.Core.Planning;

/// <summary>Divides images among tasks so that all tasks end at about the same time.</summary>
public static class Sharding
{
    /// <summary>
    /// Assigns the costliest image first, each to the shard with the lowest cost so far (Graham 1969: at most 4/3 of the best possible).
    /// The result depends only on the arguments, so every task computes the same one.
    /// </summary>
    /// <param name="costs">Cost of each image, any unit, at least 0. Equal costs keep their order.</param>
    /// <param name="shards">At least 1; may exceed the number of images.</param>
    /// <returns>The shard of each image, 0 to <paramref name="shards"/> - 1.</returns>
    public static int[] Assign(IReadOnlyList<long> costs, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        int[] assigned = new int[costs.Count];
        var lightest = new PriorityQueue<int, (long Load, int Shard)>(Enumerable.Range(0, shards).Select(shard => (shard, (0L, shard))));
        foreach (int image in Enumerable.Range(0, costs.Count).OrderByDescending(image => costs[image]))
        {
            lightest.TryDequeue(out int shard, out (long Load, int Shard) key);
            assigned[image] = shard;
            // An image of cost 0 (unreadable) still counts as 1, so that such images are spread as well.
            lightest.Enqueue(shard, (key.Load + Math.Max(costs[image], 1), shard));
        }
        return assigned;
    }
}
