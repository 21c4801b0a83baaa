namespace SrBatch.Core.Intensities;

/// <summary>
/// Exact percentiles of any number of float32 values in constant memory, from two passes over them: the first counts the upper 16 bits of each value's
/// rank-preserving bit pattern, the second the lower 16 bits within the few buckets that hold a wanted rank. Integers of 16 bits are counted each on its own,
/// and need no second pass. NaN and infinities are not counted.
/// </summary>
/// <param name="percentiles">0 to 100, interpolated linearly between ranks as numpy.percentile does.</param>
public sealed class PercentileCounter(IReadOnlyList<double> percentiles)
{
    private const int Buckets = 1 << 16;

    /// <summary>Whole numbers that are counted each on its own: those of int16 and uint16.</summary>
    private const int LeastWhole = short.MinValue, MostWhole = ushort.MaxValue;

    private long[]? _whole = new long[MostWhole - LeastWhole + 1];
    private long[] _upper = [];
    private Dictionary<int, long[]>? _lower;

    /// <summary>Finite values seen in the first pass.</summary>
    public long Count { get; private set; }

    /// <summary>False when all values so far were whole numbers of 16 bits: then the first pass has told all.</summary>
    public bool NeedsSecondPass => _whole is null;

    public void FirstPass(ReadOnlySpan<float> values)
    {
        if (_whole is not null)
        {
            int whole = CountWhole(values, _whole);
            Count += whole;
            if (whole == values.Length)
            {
                return;
            }
            values = values[whole..];
            _upper = new long[Buckets];
            for (int i = 0; i < _whole.Length; i++)
            {
                _upper[Ordered(i + LeastWhole) >> 16] += _whole[i];
            }
            _whole = null;
        }
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                _upper[Ordered(value) >> 16]++;
                Count++;
            }
        }
    }

    public void SecondPass(ReadOnlySpan<float> values)
    {
        if (Count == 0 || !NeedsSecondPass)
        {
            return;
        }
        _lower ??= WantedRanks().Select(rank => Locate(_upper, rank).Bucket).Distinct().ToDictionary(bucket => bucket, _ => new long[Buckets]);
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                uint ordered = Ordered(value);
                if (_lower.TryGetValue((int)(ordered >> 16), out long[]? counts))
                {
                    counts[ordered & 0xFFFF]++;
                }
            }
        }
    }

    /// <returns>One value for each percentile asked for; empty when no finite value was seen.</returns>
    public IReadOnlyList<double> Values() => Count == 0 ? [] : [.. percentiles.Select(Value)];

    private double Value(double percentile)
    {
        double rank = percentile / 100 * (Count - 1);
        long below = (long)Math.Floor(rank);
        double low = AtRank(below), high = AtRank(Math.Min(below + 1, Count - 1));
        // numpy's formula, which is exact at both ends.
        double share = rank - below;
        return share >= 0.5 ? high - ((high - low) * (1 - share)) : low + ((high - low) * share);
    }

    /// <returns>How many values were counted: up to the first that is no such number.</returns>
    private static int CountWhole(ReadOnlySpan<float> values, long[] counts)
    {
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            // Not a number, too, is neither above nor below.
            if (!(value >= LeastWhole && value <= MostWhole))
            {
                return i;
            }
            int whole = (int)value;
            if (whole != value)
            {
                return i;
            }
            counts[whole - LeastWhole]++;
        }
        return values.Length;
    }

    private double AtRank(long rank)
    {
        if (_whole is not null)
        {
            return Locate(_whole, rank).Bucket + LeastWhole;
        }
        (int bucket, long before) = Locate(_upper, rank);
        (int lower, _) = Locate(_lower![bucket], rank - before);
        return Restored(((uint)bucket << 16) | (uint)lower);
    }

    private IEnumerable<long> WantedRanks() =>
        percentiles.Select(percentile => (long)Math.Floor(percentile / 100 * (Count - 1))).SelectMany(rank => new[] { rank, Math.Min(rank + 1, Count - 1) });

    private static (int Bucket, long Before) Locate(long[] counts, long rank)
    {
        long before = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            if (rank < before + counts[bucket])
            {
                return (bucket, before);
            }
            before += counts[bucket];
        }
        throw new ArgumentOutOfRangeException(nameof(rank), rank, "the second pass saw other values than the first");
    }

    /// <summary>Bits that sort as the values do: negative values inverted, positive ones above them.</summary>
    private static uint Ordered(float value)
    {
        // A negative zero counts as zero.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static float Restored(uint ordered) =>
        BitConverter.UInt32BitsToSingle((ordered & 0x8000_0000) != 0 ? ordered & 0x7FFF_FFFF : ~ordered);
}
