using CsCheck;
using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public class ShardingTests
{
    private const int MostImages = 5, MostCost = 3, MostShards = 4;

    [Fact]
    public void Assign_ForAllSmallCosts_IsWithinGrahamsBoundOfTheBestPossible()
    {
        for (int images = 0; images <= MostImages; images++)
        {
            foreach (long[] costs in Numbers(MostCost + 1, images).Select(digits => Array.ConvertAll(digits, digit => (long)digit)))
            {
                for (int shards = 1; shards <= MostShards; shards++)
                {
                    int[] assigned = Sharding.Assign(costs, shards);
                    Assert.Equal(images, assigned.Length);
                    Assert.All(assigned, shard => Assert.InRange(shard, 0, shards - 1));
                    long best = Numbers(shards, images).Min(choice => Longest(costs, choice, shards));
                    // 4/3 - 1/(3 m), Graham 1969, in whole numbers.
                    Assert.True(
                        3 * shards * Longest(costs, assigned, shards) <= ((4 * shards) - 1) * best,
                        $"{string.Join(',', costs)} among {shards}");
                }
            }
        }
    }

    [Fact]
    public void Assign_AnyCosts_EveryImageOnce_NoShardAboveMeanAndLargest() =>
        Gen.Select(Gen.Long[0, 1_000_000].Array[0, 200], Gen.Int[1, 40]).Sample((costs, shards) =>
        {
            int[] assigned = Sharding.Assign(costs, shards);
            long total = costs.Sum(Weight), largest = costs.Select(Weight).DefaultIfEmpty().Max();
            return assigned.Length == costs.Length
                && assigned.All(shard => shard >= 0 && shard < shards)
                && Longest(costs, assigned, shards) <= (total / shards) + largest
                && assigned.SequenceEqual(Sharding.Assign(costs, shards));
        });

    [Fact]
    public void Assign_MoreShardsThanImages_GivesEachItsOwn() => Assert.Equal([2, 0, 1], Sharding.Assign([1, 9, 5], 100));

    [Fact]
    public void Assign_ImagesThatCostNothing_SpreadAllTheSame() => Assert.Equal([0, 1, 2, 0, 1, 2], Sharding.Assign(new long[6], 3));

    [Fact]
    public void Assign_NoShard_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Sharding.Assign([1], 0));

    private static long Weight(long cost) => Math.Max(cost, 1);

    private static long Longest(long[] costs, int[] assigned, int shards)
    {
        long[] loads = new long[shards];
        for (int i = 0; i < assigned.Length; i++)
        {
            loads[assigned[i]] += Weight(costs[i]);
        }
        return loads.Max();
    }

    /// <summary>All sequences of <paramref name="length"/> digits below <paramref name="count"/>.</summary>
    private static IEnumerable<int[]> Numbers(int count, int length)
    {
        int[] digits = new int[length];
        while (true)
        {
            yield return [.. digits];
            int at = 0;
            while (at < length && ++digits[at] == count)
            {
                digits[at++] = 0;
            }
            if (at == length)
            {
                yield break;
            }
        }
    }
}
