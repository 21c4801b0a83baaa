using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>Filter 2: all first bytes of the values, then all second bytes, and so on; bytes beyond the last whole value stay behind them.</summary>
internal static unsafe class Shuffle
{
    /// <summary>Puts the bytes of each value together again.</summary>
    /// <param name="shuffled">Bytes of the chunk.</param>
    /// <param name="values">As many bytes of room.</param>
    /// <param name="valueBytes">Size of a value, at least 1.</param>
    internal static void Undo(ReadOnlySpan<byte> shuffled, Span<byte> values, int valueBytes)
    {
        var count = shuffled.Length / valueBytes;
        var whole = count * valueBytes;
        shuffled[whole..].CopyTo(values[whole..]);
        fixed (byte* source = shuffled, target = values[..shuffled.Length])
        {
            // Explicit instructions, as Native AOT compiles for old processors and asks the processor where it is asked to.
            var done = valueBytes switch
            {
                1 => Copy(shuffled[..whole], values),
                2 when Avx2.IsSupported => Undo2(source, target, count),
                4 when Avx2.IsSupported => Undo4(source, target, count),
                8 when Avx2.IsSupported => Undo8(source, target, count),
                _ => 0,
            };
            unchecked
            {
                for (var plane = 0; plane < valueBytes; plane++)
                {
                    var from = source + (nint)plane * count;
                    var to = target + plane;
                    for (var n = done; n < count; n++)
                    {
                        to[(nint)n * valueBytes] = from[n];
                    }
                }
            }
        }
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }

    /// <returns>Values put together, a multiple of 32.</returns>
    private static int Undo2(byte* source, byte* target, int count)
    {
        var n = 0;
        for (; n + 32 <= count; n += 32)
        {
            // Unpacking works within halves of 16 bytes; their middle quarters are exchanged first.
            var low = Avx2.Permute4x64(Avx.LoadVector256(source + n).AsUInt64(), 0xD8).AsByte();
            var high = Avx2.Permute4x64(Avx.LoadVector256(source + count + n).AsUInt64(), 0xD8).AsByte();
            Avx.Store(target + 2L * n, Avx2.UnpackLow(low, high));
            Avx.Store(target + 2L * n + 32, Avx2.UnpackHigh(low, high));
        }
        return n;
    }

    /// <inheritdoc cref="Undo2"/>
    private static int Undo4(byte* source, byte* target, int count)
    {
        var n = 0;
        for (; n + 32 <= count; n += 32)
        {
            var b0 = Avx.LoadVector256(source + n);
            var b1 = Avx.LoadVector256(source + (long)count + n);
            var b2 = Avx.LoadVector256(source + 2L * count + n);
            var b3 = Avx.LoadVector256(source + 3L * count + n);
            var low01 = Avx2.UnpackLow(b0, b1).AsUInt16();
            var high01 = Avx2.UnpackHigh(b0, b1).AsUInt16();
            var low23 = Avx2.UnpackLow(b2, b3).AsUInt16();
            var high23 = Avx2.UnpackHigh(b2, b3).AsUInt16();
            // Each holds values of both halves of the 32: 0-3 and 16-19, 4-7 and 20-23, and so on.
            Store4(target + 4L * n, Avx2.UnpackLow(low01, low23).AsByte(), Avx2.UnpackHigh(low01, low23).AsByte(),
                Avx2.UnpackLow(high01, high23).AsByte(), Avx2.UnpackHigh(high01, high23).AsByte());
        }
        return n;
    }

    /// <inheritdoc cref="Undo2"/>
    private static int Undo8(byte* source, byte* target, int count)
    {
        var n = 0;
        for (; n + 16 <= count; n += 16)
        {
            var stride = (long)count;
            var from = source + n;
            var b01 = Pair(from, stride);
            var b23 = Pair(from + 2 * stride, stride);
            var b45 = Pair(from + 4 * stride, stride);
            var b67 = Pair(from + 6 * stride, stride);
            // Lower half: values 0-7, upper half: 8-15; words of two bytes, then of four, then whole values.
            var low0123 = Avx2.UnpackLow(b01, b23).AsUInt32();
            var high0123 = Avx2.UnpackHigh(b01, b23).AsUInt32();
            var low4567 = Avx2.UnpackLow(b45, b67).AsUInt32();
            var high4567 = Avx2.UnpackHigh(b45, b67).AsUInt32();
            Store4(target + 8L * n, Avx2.UnpackLow(low0123, low4567).AsByte(), Avx2.UnpackHigh(low0123, low4567).AsByte(),
                Avx2.UnpackLow(high0123, high4567).AsByte(), Avx2.UnpackHigh(high0123, high4567).AsByte());
        }
        return n;
    }

    /// <summary>16 bytes of one plane woven with those of the next: values 0-7 in the lower half, 8-15 in the upper.</summary>
    private static Vector256<ushort> Pair(byte* from, long stride)
    {
        var even = Sse2.LoadVector128(from);
        var odd = Sse2.LoadVector128(from + stride);
        return Avx.InsertVector128(Sse2.UnpackLow(even, odd).ToVector256Unsafe(), Sse2.UnpackHigh(even, odd), 1).AsUInt16();
    }

    /// <summary>Stores the lower halves of all, then the upper halves of all.</summary>
    private static void Store4(byte* target, Vector256<byte> a, Vector256<byte> b, Vector256<byte> c, Vector256<byte> d)
    {
        Avx.Store(target, Avx2.Permute2x128(a, b, 0x20));
        Avx.Store(target + 32, Avx2.Permute2x128(c, d, 0x20));
        Avx.Store(target + 64, Avx2.Permute2x128(a, b, 0x31));
        Avx.Store(target + 96, Avx2.Permute2x128(c, d, 0x31));
    }
}
