using System.Numerics;

namespace SrBatch.Core.Randomness;

/// <summary>
/// Random numbers that depend only on (seed, stream): the same pair gives the same sequence in every run, thread and process, so no state
/// has to be saved to resume. Use a separate stream for each independent purpose (a training step, an image row) instead of sharing one
/// generator.
/// <para>
/// Algorithm: xoshiro256** (Blackman and Vigna 2021, doi 10.1145/3460772). SplitMix64 fills its state from a hash of both words; no two
/// streams of a seed start in the same state. Not for cryptography. This is a mutable struct without a lock: pass it by <c>ref</c>, because
/// a copy repeats the same numbers. Integers and <see cref="NextDouble"/> are the same on every machine. Gaussian and Poisson numbers also
/// use <c>log</c>, whose last bit may differ between C libraries.
/// </para>
/// </summary>
public struct SampleRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    // Below this mean the product method is as fast as PTRS, which needs a mean of at least 10.
    private const double SmallMean = 10;
    private const double LargestMean = 1e12;

    private static readonly double[] LogFactorials = TabulateLogFactorials(16);

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spareGaussian;
    private bool _hasSpare;

    public SampleRandom(ulong seed, ulong stream)
    {
        unchecked
        {
            // Both mixes are bijections, so different streams of a seed get different keys, and (a, b) differs from (b, a).
            var key = Mix(Mix(seed + Golden) + stream);
            _s0 = Mix(key += Golden);
            _s1 = Mix(key += Golden);
            _s2 = Mix(key += Golden);
            _s3 = Mix(key + Golden);
        }
    }

    /// <returns>Uniform over all 64-bit values.</returns>
    public ulong NextUInt64()
    {
        unchecked
        {
            var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
            var shifted = _s1 << 17;
            _s2 ^= _s0;
            _s3 ^= _s1;
            _s1 ^= _s2;
            _s0 ^= _s3;
            _s2 ^= shifted;
            _s3 = BitOperations.RotateLeft(_s3, 45);
            return result;
        }
    }

    /// <summary>A uniform integer, by Lemire's multiplication with rejection (2019, doi 10.1145/3230636).</summary>
    /// <param name="exclusiveMax">At least 1.</param>
    /// <returns>0 to <paramref name="exclusiveMax"/> - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is below 1.</exception>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        unchecked
        {
            var range = (ulong)exclusiveMax;
            var high = Math.BigMul(NextUInt64(), range, out var low);
            if (low < range)
            {
                var threshold = (0 - range) % range;
                while (low < threshold)
                {
                    high = Math.BigMul(NextUInt64(), range, out low);
                }
            }
            return (int)high;
        }
    }

    /// <returns>A multiple of 2^-53 in [0, 1).</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Marsaglia's polar method. It makes two numbers at a time, so every second call costs nothing.</summary>
    /// <returns>Normal with mean 0 and variance 1.</returns>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spareGaussian;
        }
        double x, y, square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);
        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareGaussian = y * factor;
        _hasSpare = true;
        return x * factor;
    }

    /// <summary>
    /// Exact for every mean. Below 10: multiplies uniform numbers until the product is below exp(-mean) (Knuth). From 10 upwards:
    /// transformed rejection (PTRS, Hoermann 1993, doi 10.1016/0167-6687(93)90997-4).
    /// </summary>
    /// <param name="mean">0 to 1e12; above, a double is too coarse for the acceptance test.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> is negative, NaN or above 1e12.</exception>
    public long NextPoisson(double mean)
    {
        if (!(mean >= 0 && mean <= LargestMean))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, $"must be 0 to {LargestMean}");
        }
        return mean < SmallMean ? NextPoissonByProduct(mean) : NextPoissonByRejection(mean);
    }

    private long NextPoissonByProduct(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0L;
        for (var product = NextDouble(); product > limit; product *= NextDouble())
        {
            count++;
        }
        return count;
    }

    private long NextPoissonByRejection(double mean)
    {
        var b = 0.931 + 2.53 * Math.Sqrt(mean);
        var a = -0.059 + 0.02483 * b;
        var inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        var squeeze = 0.9277 - 3.6224 / (b - 2);
        var logMean = Math.Log(mean);
        while (true)
        {
            var u = NextDouble() - 0.5;
            var v = NextDouble();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= squeeze)
            {
                return (long)k;
            }
            if (k < 0 || (us < 0.013 && v > us))
            {
                continue;
            }
            if (Math.Log(v) + Math.Log(inverseAlpha) - Math.Log(a / (us * us) + b) <= k * logMean - mean - LogFactorial(k))
            {
                return (long)k;
            }
        }
    }

    // Stirling's series; from 16 upwards its error is below 1e-11.
    private static double LogFactorial(double k)
    {
        if (k < LogFactorials.Length)
        {
            return LogFactorials[(int)k];
        }
        var inverse = 1 / k;
        var square = inverse * inverse;
        return (k + 0.5) * Math.Log(k) - k + 0.5 * Math.Log(2 * Math.PI) + inverse * (1 / 12.0 - square * (1 / 360.0 - square / 1260));
    }

    private static double[] TabulateLogFactorials(int length)
    {
        var table = new double[length];
        for (var k = 2; k < length; k++)
        {
            table[k] = table[k - 1] + Math.Log(k);
        }
        return table;
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195).
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
