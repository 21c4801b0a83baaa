namespace SrBatch.Core.Intensities;

/// <summary>
/// Exact percentiles of any number of float32 values in constant memory, from two passes over the values. Each value is turned into 32 bits
/// that sort as the values do. The first pass counts the upper 16 bits; the second counts the lower 16 bits in the few buckets that contain
/// a wanted rank. 16-bit integers have a counter each and need no second pass. NaN and infinities are ignored.
/// </summary>
/// <param name="percentiles">0 to 100, interpolated linearly between ranks as numpy.percentile does.</param>
public sealed class PercentileCounter(IReadOnlyList<double> percentiles)
{
    private const int Buckets = 1 << 16;

    /// <summary>Range of the integers that have a counter each: int16 and uint16 together.</summary>
    private const int LowestInteger = short.MinValue, HighestInteger = ushort.MaxValue;

    private long[]? _integers = new long[HighestInteger - LowestInteger + 1];
    private long[] _upper = [];
    private Dictionary<int, long[]>? _lower;

    /// <summary>Number of finite values in the first pass.</summary>
    public long Count { get; private set; }

    /// <summary>False when all values so far were 16-bit integers: then the first pass is enough.</summary>
    public bool NeedsSecondPass => _integers is null;

    public void FirstPass(ReadOnlySpan<float> values)
    {
        if (_integers is not null)
        {
            int counted = CountIntegers(values, _integers);
            Count += counted;
            if (counted == values.Length)
            {
                return;
            }
            values = values[counted..];
            _upper = new long[Buckets];
            for (int i = 0; i < _integers.Length; i++)
            {
                _upper[ToSortableBits(i + LowestInteger) >> 16] += _integers[i];
            }
            _integers = null;
        }
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                _upper[ToSortableBits(value) >> 16]++;
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
        _lower ??= WantedRanks().Select(rank => Locate(_upper, rank).Bucket).Distinct()
            .ToDictionary(bucket => bucket, _ => new long[Buckets]);
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                uint bits = ToSortableBits(value);
                if (_lower.TryGetValue((int)(bits >> 16), out long[]? counts))
                {
                    counts[bits & 0xFFFF]++;
                }
            }
        }
    }

    /// <returns>One value for each percentile, in the order given; empty when there was no finite value.</returns>
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

    /// <summary>Counts values up to the first that is not a 16-bit integer.</summary>
    /// <returns>Number of values counted.</returns>
    private static int CountIntegers(ReadOnlySpan<float> values, long[] counts)
    {
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            // Negated so that NaN, which fails both comparisons, also ends the count.
            if (!(value >= LowestInteger && value <= HighestInteger))
            {
                return i;
            }
            int integer = (int)value;
            if (integer != value)
            {
                return i;
            }
            counts[integer - LowestInteger]++;
        }
        return values.Length;
    }

    private double AtRank(long rank)
    {
        if (_integers is not null)
        {
            return Locate(_integers, rank).Bucket + LowestInteger;
        }
        (int bucket, long before) = Locate(_upper, rank);
        (int lower, _) = Locate(_lower![bucket], rank - before);
        return FromSortableBits(((uint)bucket << 16) | (uint)lower);
    }

    private IEnumerable<long> WantedRanks() =>
        percentiles.Select(percentile => (long)Math.Floor(percentile / 100 * (Count - 1)))
            .SelectMany(rank => new[] { rank, Math.Min(rank + 1, Count - 1) });

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
        throw new ArgumentOutOfRangeException(nameof(rank), rank, "the second pass had different values from the first");
    }

    /// <summary>Bits that sort as the values do: those of negative values are inverted, those of positive values lie above them.</summary>
    private static uint ToSortableBits(float value)
    {
        // Adding 0 turns negative zero into zero.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static float FromSortableBits(uint bits) =>
        BitConverter.UInt32BitsToSingle((bits & 0x8000_0000) != 0 ? bits & 0x7FFF_FFFF : ~bits);
}
